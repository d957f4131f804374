import { get, type IncomingMessage } from "node:http";

export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface HttpGetOptions {
  readonly headers?: Record<string, string>;
  /** Bytes of the body at the most. */
  readonly limit: number;
  /** Milliseconds for the whole answer. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/**
 * A GET whose answer may be hostile: limited in bytes and time, no redirects, no content encodings. Node's own `fetch`
 * would cost each peer 5 MB of memory and promises none of that.
 */
export async function httpGet(url: string | URL, options: HttpGetOptions): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(options.timeout);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await request(url, options.headers ?? {}, signal);
    return { status: response.statusCode ?? 0, body: await readBody(response, options.limit) };
  } catch (error) {
    if (timeout.aborted) throw new Error(`no answer within ${options.timeout / 1000} s`, { cause: error });
    throw error;
  }
}

function request(url: string | URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { ...headers, "accept-encoding": "identity" }, signal }, resolve).on(
      "error",
      reject,
    );
  });
}

async function readBody(response: IncomingMessage, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > limit) throw new Error(`an answer of more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, length));
}
