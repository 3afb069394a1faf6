import { constants } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "../../documents/json.ts";
import { InputError } from "../../shared/errors.ts";
import { syncFolder } from "../../shared/files.ts";

/** A file that is being written as `<path>.part`; a stopped run is gone on with. It gets its name when it is whole. */
export class PartFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws InputError if there is a file of this name already, or none can be written */
  static async open(path: string): Promise<PartFile> {
    if (await exists(path)) throw new InputError(`${path} is there already, and is not written over.`);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const handle = await open(partPath(path), flags).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`${partPath(path)} cannot be written: ${error.code ?? error.message}`);
    });
    return new PartFile(path, handle);
  }

  /** What an earlier run wrote here: as many bytes as are there, up to `length`. Nothing says that they are right. */
  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  /** Cuts the file to its length and gives it its name. */
  async finish(length: number): Promise<void> {
    await this.#handle.truncate(length);
    await this.#handle.sync();
    await rename(partPath(this.#path), this.#path);
    await syncFolder(dirname(this.#path));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Where a file stands until it is whole. */
export function partPath(path: string): string {
  return `${path}.part`;
}
