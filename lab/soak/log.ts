export type Log = (text: string) => void;
