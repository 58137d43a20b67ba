# Makefile - builds both kernels, their user programs and the tests.
#
#   make                  both machines -> build/arm, build/x86
#   make ARCH=arm         one of them
#   make help             everything else
#   V=1 shows commands; DEBUG=0 leaves the expensive checks out (and builds into
#   build/ARCH/ndebug); WERROR=1 as in CI.
#
# The first half serves both machines and calls itself with ARCH for one; the
# second half is one machine. Nothing is written outside build/.

MAKEFLAGS += -rR
.DELETE_ON_ERROR:
ARCHES := arm x86
Q := $(if $(V),,@)

WARN := -Wall -Wextra -Wshadow -Wundef -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wcast-qual \
	-Wconversion -Wno-sign-conversion $(if $(WERROR),-Werror)

# Every file of C that is ours.
C_FILES = $(sort $(shell find boot kernel mm user tests -name '*.[ch]'))

# What make test and others need is installed first where it is missing.
ready = sh tests/deps check $(1) 2>/dev/null || sh tests/deps $(1)

.PHONY: all help deps test host host-programs lint format bench oracle foreign mutants powercut fuzz-image iso run debug disk \
	clean

help:
	@echo 'make [ARCH=arm|x86]      both kernels, or one, below build/'
	@echo 'make run [ARCH=x86]      boots in QEMU (ARM unless told); Ctrl-A x ends it'
	@echo '                         MEM=64M APPEND="words of the command line"'
	@echo '                         DISK=IMAGE (made if it is not there; DISK= for none)'
	@echo 'make test [ARCH=...]     every test, headless, on both machines'
	@echo 'make host                unit tests on this machine, ASan + UBSan'
	@echo 'make debug [ARCH=x86]    QEMU stopped at its first instruction, gdb attached'
	@echo 'make iso                 build/x86/quire.iso, booted by GRUB'
	@echo 'make bench               counts instructions (DEBUG=0, -icount)'
	@echo 'make oracle              the user tests on Linux'
	@echo "make foreign             Debian's programs, fetched by apt, unmodified"
	@echo 'make mutants             deliberate faults in the kernel, each to be noticed'
	@echo 'make powercut            the plug is pulled 200 times (CUTS=), nothing synced is lost'
	@echo 'make fuzz-image          500 damaged disks (IMAGES=), and no panic'
	@echo 'make lint, make format   static checks; clang-format'
	@echo 'make deps                installs what is missing'
	@echo 'make clean               removes build/'
	@echo 'V=1 shows commands, DEBUG=0 drops expensive checks, WERROR=1 as in CI'

deps:
	@sh tests/deps build run test iso

# ---------------------------------------------------------------- host tests
#
# Each tests/host/test-NAME.c is a program; what it needs of mm/ comes from an
# archive of the files that need no machine.
H := build/host
HOST_CC := gcc
HOST_CFLAGS := -std=gnu11 -g -O1 -fno-omit-frame-pointer -fno-strict-aliasing \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	$(filter-out -Wconversion,$(WARN)) \
	-Itests/host -I. -DDEBUG=1 -MMD -MP
HOST_MM := $(wildcard $(addprefix mm/,memblock.c page.c page_init.c slab.c \
	vma.c vma_check.c radix.c)) $(wildcard kernel/fs/links.c kernel/fs/ext2/*.c)
HOST_LIB := $(patsubst %.c,$(H)/%.o,$(HOST_MM) \
	$(filter-out tests/host/test-%,$(wildcard tests/host/*.c)))
HOST_TESTS := $(patsubst tests/host/%.c,$(H)/%,$(wildcard tests/host/test-*.c))

host: host-programs
	@prove tests/host.t
host-programs: $(HOST_TESTS)

$(H)/libhost.a: $(HOST_LIB)
	$(Q)rm -f $@ && ar rcs $@ $^

$(HOST_TESTS): $(H)/test-%: $(H)/tests/host/test-%.o $(H)/libhost.a
	@echo "  HOSTLD  $@"
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -o $@ $^

$(H)/%.o: %.c $(H)/flags
	@mkdir -p $(@D)
	@echo "  HOSTCC  $<"
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -c $< -o $@

# A file with the flags, new only when they are: what was built otherwise is
# built again, and nothing else.
save_flags = @mkdir -p $(@D); echo '$(strip $(1))' | cmp -s - $@ || \
	echo '$(strip $(1))' >$@
$(H)/flags: FORCE
	$(call save_flags,$(HOST_CC) $(HOST_CFLAGS))
FORCE:
.PHONY: FORCE
.SECONDARY:

ifeq ($(ARCH),)
# ---------------------------------------------------------------- both machines
.DEFAULT_GOAL := all
each = +@for a in $(ARCHES); do $(MAKE) --no-print-directory ARCH=$$a $(1) || exit 1; done

all:
	$(call each,all)
run debug:
	@$(MAKE) --no-print-directory ARCH=arm $@
iso:
	@$(MAKE) --no-print-directory ARCH=x86 iso
lint:
	@$(call ready,build lint)
	@clang-format --dry-run -Werror $(C_FILES)
	$(call each,-j$$(nproc) lint)
bench:
	@$(call ready,build run)
	@s=0; for a in $(ARCHES); do $(MAKE) --no-print-directory ARCH=$$a bench DEBUG=0 || \
		s=1; done; exit $$s
oracle: all
	@$(call ready,oracle)
	@sh tests/oracle
foreign: all
	@$(call ready,run)
	@prove tests/foreign.t
mutants: all
	@$(call ready,build run)
	@tests/mutants
powercut: all
	@$(call ready,build run disk)
	@tests/powercut --cuts $(or $(CUTS),200)
fuzz-image: all
	@$(call ready,build run disk)
	@tests/fuzz-image --images $(or $(IMAGES),500)
clean:
	rm -rf build
test:
	@$(call ready,test)
	$(call each,all)
	@$(MAKE) --no-print-directory iso
	@$(MAKE) --no-print-directory host-programs
	@prove -j2 --timer tests/*.t
else
# ---------------------------------------------------------------- one machine
ifeq ($(filter $(ARCH),$(ARCHES)),)
$(error ARCH is '$(ARCH)'; it can be $(ARCHES))
endif
.DEFAULT_GOAL := all
DEBUG ?= 1
BASE := build/$(ARCH)
B := $(BASE)$(if $(filter 0,$(DEBUG)),/ndebug)

CROSS_arm  := arm-linux-gnueabihf-
CFLAGS_arm := -mcpu=cortex-a15 -mtune=cortex-a7 -mthumb -mfloat-abi=soft \
	-mno-unaligned-access -mword-relocations -fomit-frame-pointer
QEMU_arm   := qemu-system-arm -M virt,highmem=off -cpu cortex-a15 \
	-semihosting-config enable=on,target=native \
	-global virtio-mmio.force-legacy=false
BLK_arm    := virtio-blk-device
CROSS_x86  := i686-linux-gnu-
CFLAGS_x86 := -march=i686 -mtune=generic -mno-sse -mno-mmx -mno-80387 -fno-pic -fcf-protection=none \
	-fno-omit-frame-pointer -mregparm=3 -mpreferred-stack-boundary=2
QEMU_x86   := qemu-system-i386 -M pc -cpu pentium3 \
	-device isa-debug-exit,iobase=0xf4,iosize=0x04
BLK_x86    := virtio-blk-pci

CC := $(CROSS_$(ARCH))gcc
AR := $(CROSS_$(ARCH))ar
LD := $(CROSS_$(ARCH))ld
NM := $(CROSS_$(ARCH))nm
STRIP := $(CROSS_$(ARCH))strip
OBJCOPY := $(CROSS_$(ARCH))objcopy

CPPFLAGS := -I. -Iboot/$(ARCH) -Ikernel/$(ARCH) -Imm/$(ARCH) -DDEBUG=$(DEBUG)
# What runs at each fault and system call is built for speed, the rest for size: the
# whole image stays small.
OPT = $(if $(filter $(FAST),$<),-O2 -fno-align-functions -fno-align-jumps -fno-align-loops,-Os)
FAST := $(addprefix mm/,area.c fault.c filemap.c kmap.c memory.c mmap.c page.c slab.c \
	uaccess.c vma.c arm/mmu.c x86/mmu.c) \
	$(addprefix kernel/,arm/traps.c x86/traps.c fs/pipe.c fs/regular.c sched.c syscall.c trap.c)
CFLAGS := -std=gnu11 -g -ffreestanding -fno-common -fno-strict-aliasing -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables \
	$(WARN) $(CFLAGS_$(ARCH))

# A folder's sources are its own plus those of its $(ARCH) subfolder.
# The kernel's own tests come with the debug build only.
DIRS := boot kernel kernel/fs kernel/fs/ext2 kernel/dev mm $(if $(filter 0,$(DEBUG)),,tests/kernel)
SRCS := $(wildcard $(DIRS:%=%/*.c) $(DIRS:%=%/$(ARCH)/*.[cS]))
OBJS := $(SRCS:%=$(B)/obj/%.o)
KERNEL := $(B)/quire.$(if $(filter arm,$(ARCH)),bin,elf)

all: $(B)/quire.elf $(KERNEL) programs
	@:

LINK = $(LD) -nostdlib -z noexecstack -z max-page-size=4096 --no-warn-rwx-segments -T $(B)/linker.ld

# Two links: the names for backtraces come from the first.
$(B)/quire.elf: $(OBJS) $(B)/linker.ld kernel/ksyms.sh
	@echo "  LD      $@"
	$(Q)$(LINK) -o $(B)/quire.nosyms $(OBJS)
	$(Q)$(NM) -n $(B)/quire.nosyms | sh kernel/ksyms.sh > $(B)/ksyms.S
	$(Q)$(CC) $(CFLAGS) -c $(B)/ksyms.S -o $(B)/ksyms.o
	$(Q)$(LINK) -Map $(B)/quire.map -o $@ $(OBJS) $(B)/ksyms.o

$(B)/quire.bin: $(B)/quire.elf
	$(Q)$(OBJCOPY) -O binary $< $@

$(B)/linker.ld: linker.ld $(B)/flags
	$(Q)$(CC) -E -P -undef -x c -DLINKER_SCRIPT $(CPPFLAGS) -MMD -MP -MT $@ -MF $@.d $< -o $@

$(B)/obj/%.c.o: %.c $(B)/flags
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(OPT) -MMD -MP -c $< -o $@

$(B)/obj/%.S.o: %.S $(B)/flags
	@mkdir -p $(@D)
	@echo "  AS      $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(OPT) -MMD -MP -c $< -o $@

$(B)/flags: FORCE | $(B)/tools
	$(call save_flags,$(CC) $(CPPFLAGS) $(CFLAGS) fast: $(FAST))

# The compiler is there and new enough; said once, in one line, where it is not.
$(B)/tools: tests/deps
	@mkdir -p $(@D)
	@sh tests/deps check build-$(ARCH) && touch $@

# ---- user programs: every user/NAME.c and tests/user/NAME.c is one
#
# They know Linux's system calls and user/lib, nothing of the kernel; the same
# file runs on Linux. A program of several files has the others in user/NAME/. Their object files lie apart, in uobj.
UFLAGS_arm := -mcpu=cortex-a15 -marm -mfpu=neon-vfpv4 -mfloat-abi=hard
UFLAGS_x86 := -march=pentium3 -fno-pic -fcf-protection=none
UFLAGS := -std=gnu11 -g -Os -ffreestanding -fno-common -fno-strict-aliasing -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables -ffunction-sections \
	-fdata-sections -I. -Iuser/lib/$(ARCH) $(WARN) $(UFLAGS_$(ARCH))
ULINK := -static -nostdlib -no-pie -Wl,--gc-sections -Wl,-z,noexecstack,-z,noseparate-code,-z,norelro \
	-Wl,--build-id=none -Wl,-z,max-page-size=4096

ULIB := $(patsubst %,$(BASE)/uobj/%.o,$(wildcard user/lib/*.c user/lib/$(ARCH)/*.[cS]))
BIN := $(patsubst %.c,$(BASE)/%,$(wildcard user/*.c))
UTESTS := $(patsubst %.c,$(BASE)/%,$(wildcard tests/user/*.c tests/disk/*.c))

.PHONY: programs
programs: $(BIN) $(UTESTS) $(BASE)/initramfs.cpio

$(BIN) $(UTESTS): $(BASE)/%: $(BASE)/uobj/%.c.o $(BASE)/uobj/libuser.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(UFLAGS) $(ULINK) -o $@ $(filter %.o,$^) $(BASE)/uobj/libuser.a -lgcc
$(BASE)/user/sh: $(patsubst %,$(BASE)/uobj/%.o,$(wildcard user/sh/*.c))

$(BASE)/uobj/libuser.a: $(ULIB)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BASE)/uobj/%.o: % $(BASE)/uobj/flags
	@mkdir -p $(@D)
	@echo "  UCC     $<"
	$(Q)$(CC) $(UFLAGS) -MMD -MP -c $< -o $@

$(BASE)/uobj/flags: FORCE | $(B)/tools
	$(call save_flags,$(CC) $(UFLAGS) $(ULINK))

# /init and /bin, the same bytes for the same programs; made anew when one has gone.
$(BASE)/programs: FORCE
	$(call save_flags,$(BIN))
$(BASE)/initramfs.cpio: $(BIN) $(BASE)/programs
	@echo "  CPIO    $@"
	$(Q)rm -rf $(BASE)/root && mkdir -p $(addprefix $(BASE)/root/,bin dev mnt proc tmp)
	$(Q)for p in $(BIN); do $(STRIP) -R .comment -o $(BASE)/root/bin/$${p##*/} $$p || exit 1; done
	$(Q)cd $(BASE)/root && { [ ! -e bin/init ] || mv bin/init init; } && \
		find . -mindepth 1 -exec touch -h -d @1704067200 {} + && \
		find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | \
		cpio -o -H newc --reproducible --owner 0:0 --quiet >../initramfs.cpio

# ---- the yardstick: built for it alone, as it was for Linux's figures
MMBENCH := $(BASE)/tests/bench/mmbench
MMBENCH_SRCS := $(wildcard tests/bench/*.c tests/bench/$(ARCH)/*.[cS])
MMBENCH_arm := -march=armv7-a -marm -mfloat-abi=soft
MMBENCH_x86 := -march=i686 -fcf-protection=none -mno-sse -mno-mmx
MMBENCH_FLAGS := -std=gnu11 -O2 -ffreestanding -fno-builtin -fno-pic -no-pie -static \
	-nostdlib -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-tree-loop-distribute-patterns -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack \
	-Itests/bench -Itests/bench/$(ARCH) $(WARN) $(MMBENCH_$(ARCH))

programs: $(MMBENCH)
$(MMBENCH): $(MMBENCH_SRCS) $(wildcard tests/bench/*.h tests/bench/$(ARCH)/*.h)
	@mkdir -p $(@D)
	@echo "  UCC     $@"
	$(Q)$(CC) $(MMBENCH_FLAGS) -o $@ $(MMBENCH_SRCS)

# ---- to run it

MEM ?= 64M
DISK ?= $(BASE)/disk.img
QEMU = $(QEMU_$(ARCH)) -m $(MEM) -nic none -no-reboot -display none \
	-kernel $(KERNEL) -initrd $(BASE)/initramfs.cpio -append "$(APPEND)" \
	$(if $(DISK),-drive file=$(DISK)$(,)format=raw$(,)if=none$(,)id=disk \
		-device $(BLK_$(ARCH))$(,)drive=disk)
, := ,

# /dev/vda: 64 MiB of ext2 that stay from run to run.
disk:
	@[ -z "$(DISK)" ] || [ -e "$(DISK)" ] || { \
		$(call ready,disk) && truncate -s 64M "$(DISK)" && \
		PATH=$$PATH:/sbin:/usr/sbin mke2fs -q -t ext2 -L quire "$(DISK)" && \
		echo "  DISK    $(DISK): 64 MiB, ext2"; }

# A machine that ends itself leaves 0; anything else is QEMU's refusal, or the kernel's.
run:
	@$(call ready,build run)
	@$(MAKE) --no-print-directory all disk
	@$(QEMU) -serial mon:stdio || { s=$$?; \
		echo "make run: the machine did not run, QEMU's status is $$s; why is above" >&2; \
		exit $$s; }

# gdb starts QEMU, which waits, and ends it; the console is in the log.
debug:
	@$(call ready,build debug)
	@$(MAKE) --no-print-directory all disk
	@echo "the console goes to $(B)/console.log (tail -f shows it)"
	gdb-multiarch -q $(B)/quire.elf -ex 'target remote | exec \
		$(QEMU) -S -gdb stdio -serial file:$(B)/console.log' $(GDBFLAGS)

test:
	@$(call ready,test)
	@$(MAKE) --no-print-directory all
	@ARCHES=$(ARCH) prove -j2 --timer tests/*.t

foreign: all
	@$(call ready,run)
	@ARCHES=$(ARCH) prove tests/foreign.t

powercut: all
	@$(call ready,build run disk)
	@tests/powercut --arch $(ARCH) --cuts $(or $(CUTS),200)
fuzz-image: all
	@$(call ready,build run disk)
	@tests/fuzz-image --arch $(ARCH) --images $(or $(IMAGES),500)

bench: all $(MMBENCH)
	@sh tests/bench/run $(ARCH) $(KERNEL)

ifeq ($(ARCH),x86)
iso: $(B)/quire.iso
else
iso:
	@echo 'make iso is for x86 alone: GRUB boots no ARM'; exit 1
endif
$(B)/quire.iso: $(B)/quire.elf $(BASE)/initramfs.cpio boot/x86/grub.cfg
	@$(call ready,iso)
	@echo "  ISO     $@"
	$(Q)rm -rf $(B)/iso && mkdir -p $(B)/iso/boot/grub
	$(Q)cp $(B)/quire.elf $(BASE)/initramfs.cpio $(B)/iso/boot
	$(Q)cp boot/x86/grub.cfg $(B)/iso/boot/grub
	$(Q)grub-mkrescue -o $@ $(B)/iso >$(B)/iso.log 2>&1 || { cat $(B)/iso.log; exit 1; }

# Off: what the house does on purpose, and what takes our printf, kmalloc and
# linker symbols for something else.
comma := ,
TIDY := $(subst $() ,$(comma),-* bugprone-* clang-analyzer-* \
	$(addprefix -bugprone-,easily-swappable-parameters reserved-identifier \
	assignment-in-if-condition macro-parentheses narrowing-conversions branch-clone \
	suspicious-string-compare implicit-widening-of-multiplication-result \
	sizeof-expression misplaced-widening-cast not-null-terminated-result) \
	$(addprefix -clang-analyzer-,security.insecureAPI.* valist.Uninitialized \
	core.UndefinedBinaryOperatorResult unix.Malloc))
# The analyzer takes the end of a list, which is its head, for an element.
# A file is looked at again when it has been compiled again.
lint: $(patsubst %,$(B)/lint/%,$(filter %.c,$(SRCS)))
$(B)/lint/%: $(B)/obj/%.o
	@mkdir -p $(@D)
	@echo "  LINT    $*"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Werror -fanalyzer \
		-Wno-analyzer-use-of-uninitialized-value -c $* -o /dev/null
	$(Q)cppcheck -q --error-exitcode=1 --enable=warning,portability,performance \
		--inline-suppr --suppress=missingIncludeSystem \
		--suppress=comparePointers --suppress=preprocessorErrorDirective \
		$(filter -I% -D%,$(CPPFLAGS)) --platform=unix32 $*
	$(Q)clang-tidy --quiet --warnings-as-errors='*' --checks='$(TIDY)' \
		$* -- --target=$(CROSS_$(ARCH):-=) \
		-I/usr/$(CROSS_$(ARCH):-=)/include $(CPPFLAGS) -std=gnu11 -ffreestanding \
		$(if $(filter arm,$(ARCH)),-mcpu=cortex-a15) 2>/dev/null
	@touch $@

clean:
	rm -rf $(BASE)
-include $(OBJS:.o=.d) $(ULIB:.o=.d) $(B)/linker.ld.d \
	$(patsubst $(BASE)/%,$(BASE)/uobj/%.c.d,$(BIN) $(UTESTS)) \
	$(patsubst %,$(BASE)/uobj/%.d,$(wildcard user/sh/*.c))
endif

format:
	clang-format -i $(C_FILES)
-include $(HOST_LIB:.o=.d) $(HOST_TESTS:$(H)/%=$(H)/tests/host/%.d)
