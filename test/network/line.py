"""A bad line: carries IP packets between two TUN devices, late, lost, doubled and out of order, as it is told.

Usage: line.py <client's device> <server's device> <seed>. The devices are made here; the caller moves them where they
are needed. Says "ready", then takes one JSON object a line: {"delayMs": 50, "jitterMs": 15, "loss": 0.02, "double":
0.01, "dark": ["toClient"], "forget": true}. "forget" drops for ever what belongs to the connections of that moment, as
a router does that has lost its table. Answers each with the counts so far.
"""

import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def client_port(packet, towards):
    """The client's TCP port, by which a connection is known; None for anything else."""
    if len(packet) < 24 or packet[0] >> 4 != 4 or packet[9] != 6:
        return None
    at = (packet[0] & 15) * 4 + (2 if towards == "toClient" else 0)
    return struct.unpack_from("!H", packet, at)[0]


client, server = tun(sys.argv[1]), tun(sys.argv[2])
chance = random.Random(int(sys.argv[3]))
line = {"delayMs": 0, "jitterMs": 0, "loss": 0, "double": 0, "dark": []}
ways = {client: ("toServer", server), server: ("toClient", client)}
counts = {"carried": 0, "lost": 0, "doubled": 0, "late": 0, "dark": 0}
seen, forgotten = set(), set()
waiting = []
order = 0
newest = {client: 0, server: 0}


def take(device):
    global order
    while True:
        try:
            packet = os.read(device, 65536)
        except BlockingIOError:
            return
        towards, other = ways[device]
        port = client_port(packet, towards)
        if port is not None:
            seen.add(port)
        if towards in line["dark"] or port in forgotten:
            counts["dark"] += 1
            continue
        if chance.random() < line["loss"]:
            counts["lost"] += 1
            continue
        copies = 2 if chance.random() < line["double"] else 1
        counts["doubled"] += copies - 1
        for _ in range(copies):
            delay = line["delayMs"] + chance.uniform(-1, 1) * line["jitterMs"]
            order += 1
            heapq.heappush(waiting, (time.monotonic() + max(0, delay) / 1000, order, other, packet))


def deliver():
    while waiting and waiting[0][0] <= time.monotonic():
        _, number, device, packet = heapq.heappop(waiting)
        if number < newest[device]:
            counts["late"] += 1
        newest[device] = max(newest[device], number)
        try:
            os.write(device, packet)
            counts["carried"] += 1
        except OSError:
            pass  # the device is down, or its queue is full: lost, as packets get lost


def obey(text):
    told = json.loads(text)
    if told.pop("forget", False):
        forgotten.update(seen)
    line.update(told)
    print(json.dumps(counts), flush=True)


os.set_blocking(sys.stdin.fileno(), False)
print("ready", flush=True)
rest = ""
while True:
    soon = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    ready, _, _ = select.select([client, server, sys.stdin], [], [], soon)
    for device in (client, server):
        if device in ready:
            take(device)
    if sys.stdin in ready:
        text = os.read(sys.stdin.fileno(), 65536).decode()
        if not text:
            sys.exit()
        *lines, rest = (rest + text).split("\n")
        for one in lines:
            obey(one)
    deliver()
