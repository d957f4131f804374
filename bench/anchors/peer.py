"""
One peer of a swarm, with the client named in CLIENT. The bench and its peers talk through files in /shared:

    content.torrent, sources/    what the swarm is about
    NAME.ready                   this peer waits at the line (a seeder: it seeds)
    go                           the leechers may start
    NAME.done                    epoch seconds at which this leecher had everything
    stop                         tell what was sent, and end
    NAME.end                     {"uploaded", "wasted"}: payload bytes, null where the client does not count them
"""

import importlib
import json
import os
import time

SHARED = "/shared"
POLL_SECONDS = 0.05


def main():
    name = os.environ["NAME"]
    seeds = os.environ["ROLE"] == "seeder"
    client = importlib.import_module("client_" + os.environ["CLIENT"])
    up = int(os.environ["UP"])  # bytes per second, 0 without a limit
    peer = client.start(up, f"{SHARED}/sources" if seeds else "/data")
    if seeds:
        peer.add(f"{SHARED}/content.torrent")
        wait_until(peer.complete)
    say(f"{name}.ready", "")
    wait_for("go")
    if not seeds:
        peer.add(f"{SHARED}/content.torrent")
        wait_until(lambda: peer.complete() or os.path.exists(f"{SHARED}/stop"))
        if peer.complete():
            say(f"{name}.done", str(time.time()))
    wait_for("stop")
    say(f"{name}.end", json.dumps(peer.totals()))


def wait_for(name):
    wait_until(lambda: os.path.exists(f"{SHARED}/{name}"))


def wait_until(condition):
    while not condition():
        time.sleep(POLL_SECONDS)


def say(name, text):
    """Half a file is never seen."""
    draft = f"{SHARED}/.{name}"
    with open(draft, "w") as file:
        file.write(text)
    os.rename(draft, f"{SHARED}/{name}")


main()
