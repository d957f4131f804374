"""Info-hashes that mktorrent and libtorrent find for the entries of a folder: `info_hash.py FOLDER LOG2_PIECE_LENGTH`."""

import json
import os
import subprocess
import sys

import libtorrent

FOLDER, EXPONENT = sys.argv[1], int(sys.argv[2])


def by_mktorrent(name):
    output = f"/data/{name}.torrent"
    options = ["-p", "-l", str(EXPONENT), "-a", "http://tracker/announce", "-n", name, "-o", output]
    subprocess.run(["mktorrent", *options, f"{FOLDER}/{name}"], check=True, stdout=subprocess.DEVNULL)
    return str(libtorrent.torrent_info(output).info_hash())


def by_libtorrent(name):
    files = libtorrent.file_storage()
    for path in sorted(paths_of(name), key=os.fsencode):
        files.add_file(path, os.path.getsize(f"{FOLDER}/{path}"))
    torrent = libtorrent.create_torrent(files, 1 << EXPONENT, flags=libtorrent.create_torrent.v1_only)
    torrent.set_priv(True)
    libtorrent.set_piece_hashes(torrent, FOLDER)
    return str(libtorrent.torrent_info(torrent.generate()).info_hash())


def paths_of(name):
    if os.path.isfile(f"{FOLDER}/{name}"):
        return [name]
    tree = os.walk(f"{FOLDER}/{name}")
    return [os.path.relpath(f"{folder}/{file}", FOLDER) for folder, _, files in tree for file in files]


names = sorted(os.listdir(FOLDER))
json.dump({name: {"mktorrent": by_mktorrent(name), "libtorrent": by_libtorrent(name)} for name in names}, sys.stdout)
