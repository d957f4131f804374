/** What the tests call of the npm package `create-torrent`, which has no types. */
declare module "create-torrent" {
  export default function createTorrent(
    input: string,
    options: {
      name: string;
      pieceLength: number;
      private: boolean;
      announceList: string[][];
      filterJunkFiles?: boolean;
      createdBy?: string;
    },
    callback: (error: Error | null, torrent: Uint8Array) => void,
  ): void;
}
