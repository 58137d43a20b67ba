"""python.py - Debian's Python in the guest: the modules that need a system below them."""
import hashlib
import mmap
import os
import select
import signal
import subprocess
import threading
import time


def check(name, got, wanted):
    if got == wanted:
        print(f"ok - python: {name}")
    else:
        print(f"not ok - python: {name}\n# got: {got!r}\n# wanted: {wanted!r}")


def threads():
    total, lock = [0], threading.Lock()

    def work():
        for _ in range(1000):
            with lock:
                total[0] += 1
    ts = [threading.Thread(target=work) for _ in range(8)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    return total[0]


def shared_with_child():
    m = mmap.mmap(-1, 8192)
    pid = os.fork()
    if not pid:
        m[4096:4101] = b"child"
        os._exit(7)
    status = os.waitpid(pid, 0)[1]
    return os.waitstatus_to_exitcode(status), m[4096:4101]


def file_mapping():
    with open("/tmp/mapped", "w+b") as f:
        f.write(b"x" * 10000)
        f.flush()
        m = mmap.mmap(f.fileno(), 10000)
        m[5000:5003] = b"abc"
        f.seek(5000)
        seen = f.read(3)
        os.pwrite(f.fileno(), b"Z", 9999)
        return seen, m[9999:10000], m.find(b"abc")


def alarm():
    hits = []
    signal.signal(signal.SIGALRM, lambda number, frame: hits.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    signal.pause()
    return hits


def pipes():
    r, w = os.pipe()
    before = select.select([r], [], [], 0)[0]
    os.write(w, b"!")
    return before, select.select([r], [], [], 1)[0] == [r]


def sleeps():
    start = time.monotonic()
    time.sleep(0.1)
    return 0.1 <= time.monotonic() - start < 2


check("8 threads and a lock", threads(), 8000)
check("anonymous shared memory", shared_with_child(), (7, b"child"))
check("a file's mapping and its bytes agree", file_mapping(), (b"abc", b"Z", 5000))
check("subprocess", subprocess.check_output(["sh", "-c", "echo $((6*7))"]), b"42\n")
check("subprocess with input", subprocess.run(
    ["cat"], input=b"abc" * 50000, capture_output=True).stdout, b"abc" * 50000)
check("hashlib", hashlib.sha1(b"abc").hexdigest()[:8], "a9993e36")
check("a timer's signal", alarm(), [signal.SIGALRM])
check("select", pipes(), ([], True))
check("sleep", sleeps(), True)
check("os.walk", sum(len(f) for _, _, f in os.walk("/etc")) > 5, True)
check("64 MiB of memory, and back", len(bytearray(64 << 20)), 64 << 20)
check("a big number", (3 ** 4000) % 1000007,
      pow(3, 4000, 1000007))
