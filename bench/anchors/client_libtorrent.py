"""libtorrent (Rasterbar) with its defaults, but for the limits and what would look for peers elsewhere."""

import libtorrent

# Bit of the peer class whose limits are those of the session.
GLOBAL_CLASS = 1


class Peer:
    def __init__(self, up, folder):
        self.folder = folder
        self.session = libtorrent.session(
            {
                "listen_interfaces": "0.0.0.0:6881",
                "enable_dht": False,
                "enable_lsd": False,
                "enable_upnp": False,
                "enable_natpmp": False,
                "upload_rate_limit": up,
                # The limit is for what the client sends, as everywhere else here, not for packet headers too.
                "rate_limit_ip_overhead": False,
            }
        )
        # By default peers in private networks have no limit.
        everybody = libtorrent.ip_filter()
        everybody.add_rule("0.0.0.0", "255.255.255.255", GLOBAL_CLASS)
        self.session.set_peer_class_filter(everybody)

    def add(self, torrent):
        info = libtorrent.torrent_info(torrent)
        self.handle = self.session.add_torrent({"ti": info, "save_path": self.folder})
        self.handle.unset_flags(libtorrent.torrent_flags.auto_managed)
        self.handle.resume()

    def complete(self):
        return self.handle.status().is_seeding

    def totals(self):
        status = self.handle.status()
        wasted = status.total_redundant_bytes + status.total_failed_bytes
        return {"uploaded": status.total_payload_upload, "wasted": wasted}


def start(up, folder):
    return Peer(up, folder)
