/** What a torrent of a lab on one machine may be; more is refused, as no one could share it. */
export const metainfoLimits = {
  /** Bytes of the .torrent file. */
  fileSize: 10_000_000,
  /** Bytes a piece: a peer holds a whole one in memory to check it. */
  pieceLength: 64 * 1024 ** 2,
  /** Bytes of content. */
  length: 1024 ** 4,
} as const;
