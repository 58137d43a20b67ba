/*
 * poweroff.c - the end of the machine. What lived in memory only is gone.
 */
#include <linux/reboot.h>
#include "user/lib/text.h"

int main(void)
{
	sys(__NR_sync);
	errno = -(int)sys(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			  LINUX_REBOOT_CMD_POWER_OFF, 0);
	return complain("reboot");
}
