#!/usr/bin/env python3
"""A device of the fleet: reports telemetry, takes up its desired state, carries out commands, and comes back by itself.

    DEVICE_TOKEN=$(node rooms/devices/keys.ts device greenhouse-7) \
        python3 rooms/devices/device.py wss://localhost:2567 greenhouse-7 --ca ~/.local/share/fairground/ca.pem

With a client certificate, on the port that asks for one, it needs no token:

    python3 rooms/devices/device.py wss://localhost:2568 robot-7 --cert robot-7.pem --key robot-7.key

Needs Python 3.9 or later and websockets (Debian: python3-websockets). The protocol is in docs/devices-protocol.md.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import ssl
import sys
import time

try:
    import websockets
except ImportError:
    sys.exit("device.py needs websockets: apt install python3-websockets, or python3 -m pip install websockets")

SUBPROTOCOL = "fairground.json.v1"
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30
# A session that lasted so long counts as a success: the next pause is short again.
STEADY_SECONDS = 10
REPLY_SECONDS = 10
PING_SECONDS = 5
REMEMBERED_COMMANDS = 100


class Refused(Exception):
    """The server said no; `code` is one of docs/errors.md."""

    def __init__(self, error):
        super().__init__(f"{error.get('message')} {error.get('next')}")
        self.code = error.get("code")


class Device:
    """A greenhouse that is only pretended. For a real one, replace the three methods that follow."""

    def __init__(self):
        self.settings = {"lamp": False, "intervalSeconds": 1}
        self.celsius = random.uniform(18, 24)
        self.battery = random.uniform(60, 100)

    def measure(self):
        """What it measures, by name: up to 16 numbers."""
        self.celsius += random.uniform(-0.2, 0.2) + (0.05 if self.settings.get("lamp") else -0.02)
        self.battery = max(0.0, self.battery - 0.001)
        return {"celsius": round(self.celsius, 2), "battery": round(self.battery, 1)}

    def take_up(self, desired):
        """Becomes as it is wanted. What it leaves out of `settings` stays different for the operators to see."""
        self.settings.update(desired)

    def carry_out(self, name, argument):
        """Does something now. Returns whether it worked, and a short text about it."""
        if name == "blink":
            return True, f"blinked {argument or 'once'}"
        if name == "measure":
            return True, f"{self.celsius:.1f} degrees"
        return False, f"cannot {name}"


class Session:
    """One connection, from the join to its end."""

    def __init__(self, socket, device):
        self.socket = socket
        self.device = device
        self.ids = itertools.count(1)
        self.waiting = {}

    async def join(self, options, token):
        said = {"type": "join", "options": options}
        if token:
            said["token"] = token
        await self.say(said)
        answer = json.loads(await self.socket.recv())
        if answer["type"] != "joined":
            raise Refused(answer.get("error", {}))
        return answer

    async def run(self, done):
        """Lives until the connection ends. `done` holds how commands of earlier sessions ended."""
        measuring = asyncio.ensure_future(self.keep_measuring())
        tasks = {measuring}
        try:
            async for text in self.socket:
                told = json.loads(text)
                if told["type"] == "reply":
                    waiting = self.waiting.pop(told["id"], None)
                    if waiting and not waiting.done():
                        waiting.set_result(told)
                elif told["type"] == "error":
                    log(f"the server says: {told['error']['code']} {told['error']['message']}")
                elif told["type"] == "event":
                    # Each in a task of its own: a command that takes long must not keep others, nor replies, waiting.
                    task = asyncio.ensure_future(self.hear(told["name"], told.get("data"), done))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
        finally:
            for task in list(tasks):
                task.cancel()

    async def hear(self, name, data, done):
        if name == "desired":
            self.device.take_up(data["settings"])
            log(f"desired state {data['version']} taken up")
            await self.request("report", {"version": data["version"], "settings": self.device.settings})
        elif name == "command":
            # It may come twice, where the line broke before the acknowledgement: it is carried out once.
            if data["id"] not in done:
                done[data["id"]] = self.device.carry_out(data["name"], data.get("argument", ""))
                while len(done) > REMEMBERED_COMMANDS:
                    del done[next(iter(done))]
            worked, result = done[data["id"]]
            answer = await self.request("acknowledge", {"id": data["id"], "done": worked, "result": result[:64]})
            log(f"command {data['name']}: {result}; acknowledged: {answer}")

    async def keep_measuring(self):
        while True:
            await self.say({"type": "send", "name": "telemetry", "data": self.device.measure()})
            await asyncio.sleep(max(0.25, float(self.device.settings.get("intervalSeconds", 1))))

    async def request(self, name, data):
        number = next(self.ids)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        await self.say({"type": "request", "id": number, "name": name, "data": data})
        reply = await asyncio.wait_for(self.waiting[number], REPLY_SECONDS)
        if "error" in reply:
            raise Refused(reply["error"])
        return reply.get("data")

    async def say(self, text):
        await self.socket.send(json.dumps(text))


async def live(address, device, join_options, token=None, tls=None):
    """Connects, and again whenever the line breaks, for ever."""
    done = {}
    pause = FIRST_PAUSE_SECONDS
    while True:
        began = time.monotonic()
        try:
            async with websockets.connect(
                f"{address}/json/devices",
                ssl=tls,
                subprotocols=[SUBPROTOCOL],
                max_size=2**20,
                # A dead line tells nobody: both sides must ask.
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                close_timeout=1,
            ) as socket:
                session = Session(socket, device)
                await session.join(join_options, token)
                began = time.monotonic()
                log("joined")
                await session.run(done)
                log("the connection was closed")
        except Refused as refused:
            log(f"refused: {refused.code} {refused}")
            # Not the line is at fault: to ask again soon would only annoy.
            pause = max(pause, LONGEST_PAUSE_SECONDS / 4)
        except (OSError, asyncio.TimeoutError, websockets.exceptions.WebSocketException, ValueError) as error:
            log(f"no connection: {error}")
        if time.monotonic() - began > STEADY_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        # With chance in it, so that a fleet does not come back in one moment.
        await asyncio.sleep(random.uniform(pause / 2, pause))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def tls_of(arguments):
    tls = ssl.create_default_context(cafile=arguments.ca)
    if arguments.cert:
        tls.load_cert_chain(arguments.cert, arguments.key)
    return tls


def log(line):
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description="A device of a Fairground fleet. Its token comes in DEVICE_TOKEN.")
    parser.add_argument("address", help="wss://host:port")
    parser.add_argument("id", help="the device's id, as its token or certificate says it")
    parser.add_argument("--group", help="group of a device that is new")
    parser.add_argument("--ca", help="PEM file of the authority to trust; the system's without it")
    parser.add_argument("--cert", help="PEM file of the device's certificate")
    parser.add_argument("--key", help="PEM file of its private key")
    arguments = parser.parse_args()
    if not arguments.address.startswith("wss://"):
        sys.exit("The address must begin with wss://: a token is for nobody else's eyes.")
    options = {"role": "device", "id": arguments.id}
    if arguments.group:
        options["group"] = arguments.group
    token = os.environ.get("DEVICE_TOKEN")
    try:
        asyncio.run(live(arguments.address, Device(), options, token, tls_of(arguments)))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
