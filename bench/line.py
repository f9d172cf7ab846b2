"""A line between this network namespace and another that takes its time: for kernels without netem. Packets go through two
TUN devices and this process, which holds each of them for half a round trip."""
import fcntl
import heapq
import os
import select
import struct
import subprocess
import threading
import time


class Line:
    def __init__(self, space, near, far):
        self.delay = 0.0
        self.files = [self.open(f"{space}a"), self.open(f"{space}b")]

        def ip(*words):
            subprocess.run(["ip", *words], check=True)
        ip("link", "set", f"{space}b", "netns", space)
        ip("addr", "add", near, "peer", far, "dev", f"{space}a")
        ip("link", "set", f"{space}a", "up")
        ip("-n", space, "addr", "add", far, "peer", near, "dev", f"{space}b")
        ip("-n", space, "link", "set", f"{space}b", "up")
        threading.Thread(target=self.carry, daemon=True).start()

    @staticmethod
    def open(name):
        number = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(number, 0x400454CA, struct.pack("16sH22s", name.encode(), 0x0001 | 0x1000, b""))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
        return number

    def carry(self):
        waiting, count = [], 0
        while True:
            pause = max(0.0, waiting[0][0] - time.perf_counter()) if waiting else 1
            ready = select.select(self.files, [], [], pause)[0]
            for number in ready:
                try:
                    packet = os.read(number, 65536)
                except BlockingIOError:
                    continue
                count += 1
                heapq.heappush(waiting, (time.perf_counter() + self.delay / 2, count, self.files[1 - self.files.index(number)], packet))
            while waiting and waiting[0][0] <= time.perf_counter():
                _, _, number, packet = heapq.heappop(waiting)
                try:
                    os.write(number, packet)
                except OSError:
                    pass
