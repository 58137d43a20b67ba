/*
 * syscall_arch.h - the system calls that only x86 has. A 64-bit argument is just two words
 * here, wherever they come (ARM must align them).
 */
#pragma once

#define arch_pread64	 sys_pread64
#define arch_pwrite64	 sys_pwrite64
#define arch_truncate64	 sys_truncate64
#define arch_ftruncate64 sys_ftruncate64
#define arch_readahead	 sys_readahead

/* clang-format off */
#define ARCH_CALLS \
	SAME(mmap, old_mmap) SAME(getrlimit, old_getrlimit) CALL(waitpid) CALL(alarm) CALL(signal) CALL(time) \
	CALL(stime) CALL(utime) \
	CALL(set_thread_area) CALL(get_thread_area) \
	CALL(fadvise64) CALL(fadvise64_64) CALL(sync_file_range)
/* clang-format on */
