# Makefile - builds both kernels, their user programs and the tests.
#
#   make                  both machines -> build/arm, build/x86
#   make ARCH=arm         one of them
#   make help             everything else
#   V=1 shows commands; DEBUG=0 leaves the expensive checks out; WERROR=1 as in CI.

MAKEFLAGS += -rR
.DELETE_ON_ERROR:
ARCHES := arm x86

ifeq ($(ARCH),)
# ------------------------------------------------ no ARCH: once for each
all:
	@for a in $(ARCHES); do $(MAKE) --no-print-directory ARCH=$$a $@ || exit 1; done
clean:
	rm -rf build
.PHONY: all clean
else
# ------------------------------------------------ one machine
DEBUG ?= 1
B := build/$(ARCH)$(if $(filter 0,$(DEBUG)),-ndebug)
Q := $(if $(V),,@)

CROSS_arm  := arm-linux-gnueabihf-
CFLAGS_arm := -mcpu=cortex-a15 -marm -mfloat-abi=soft -mno-unaligned-access
QEMU_arm   := qemu-system-arm -M virt -cpu cortex-a15
CROSS_x86  := i686-linux-gnu-
CFLAGS_x86 := -march=i686 -mno-sse -mno-mmx -mno-80387 -fno-pic -fcf-protection=none
QEMU_x86   := qemu-system-i386 -M pc

CC := $(CROSS_$(ARCH))gcc
LD := $(CROSS_$(ARCH))ld
NM := $(CROSS_$(ARCH))nm
OBJCOPY := $(CROSS_$(ARCH))objcopy

WARN := -Wall -Wextra -Wshadow -Wundef -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wcast-qual \
	-Wconversion -Wno-sign-conversion $(if $(WERROR),-Werror)
CPPFLAGS := -I. -Iboot/$(ARCH) -Ikernel/$(ARCH) -Imm/$(ARCH) -DDEBUG=$(DEBUG) -MMD -MP
CFLAGS := -std=gnu11 -g -O2 -ffreestanding -fno-common -fno-strict-aliasing -fno-pie \
	-fno-stack-protector -fno-omit-frame-pointer -fno-asynchronous-unwind-tables \
	$(WARN) $(CFLAGS_$(ARCH))

# A folder's sources are its own plus those of its $(ARCH) subfolder.
DIRS := boot kernel kernel/fs kernel/dev mm tests/kernel
SRCS := $(wildcard $(DIRS:%=%/*.c) $(DIRS:%=%/$(ARCH)/*.[cS]))
OBJS := $(SRCS:%=$(B)/%.o)

all: $(B)/quire.elf $(if $(filter arm,$(ARCH)),$(B)/quire.bin)

LINK = $(LD) -nostdlib -z noexecstack -z max-page-size=4096 --no-warn-rwx-segments -T $(B)/linker.ld

# Two links: the names for backtraces come from the first.
$(B)/quire.elf: $(OBJS) $(B)/linker.ld
	@echo "  LD      $@"
	$(Q)$(LINK) -o $(B)/quire.nosyms $(OBJS)
	$(Q)$(NM) -n $(B)/quire.nosyms | sh kernel/ksyms.sh > $(B)/ksyms.S
	$(Q)$(CC) $(CFLAGS) -c $(B)/ksyms.S -o $(B)/ksyms.o
	$(Q)$(LINK) -Map $(B)/quire.map -o $@ $(OBJS) $(B)/ksyms.o

$(B)/quire.bin: $(B)/quire.elf
	$(Q)$(OBJCOPY) -O binary $< $@

$(B)/linker.ld: linker.ld Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) -E -P -undef -x c -DLINKER_SCRIPT $(CPPFLAGS) -MT $@ -MF $@.d $< -o $@

$(B)/%.c.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

$(B)/%.S.o: %.S Makefile
	@mkdir -p $(@D)
	@echo "  AS      $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

run: all
	$(QEMU_$(ARCH)) -m 64 -nographic -kernel $(B)/quire.$(if $(filter arm,$(ARCH)),bin,elf)

clean:
	rm -rf $(B)
.PHONY: all run clean
-include $(OBJS:.o=.d) $(B)/linker.ld.d
endif
