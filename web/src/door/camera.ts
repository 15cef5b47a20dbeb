/** The camera: finds QR codes in what it sees. The decoder comes from our own server. */

import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

const PAUSE_MS = 120;
const SAME_AGAIN_MS = 3000;

prepareZXingModule({
  overrides: {
    locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path),
  },
});

export class Camera {
  #video: HTMLVideoElement;
  #found: (code: string) => void;
  #detector = new BarcodeDetector({ formats: ["qr_code"] });
  #stream: MediaStream | null = null;
  #last = "";
  #lastSeen = 0;

  constructor(video: HTMLVideoElement, found: (code: string) => void) {
    this.#video = video;
    this.#found = found;
  }

  /** Begin to look; rejects when there is no camera, or when it may not be used. */
  async start(): Promise<void> {
    this.#stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    void this.#look();
  }

  stop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
  }

  async #look(): Promise<void> {
    while (this.#stream !== null) {
      if (this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
        try {
          const [code] = await this.#detector.detect(this.#video);
          if (code !== undefined) this.#see(code.rawValue);
        } catch {
          // A frame that could not be read: the next one comes at once.
        }
      }
      await new Promise((resolve) => window.setTimeout(resolve, PAUSE_MS));
    }
  }

  /** The same ticket held on is one scan; shown again after a while, it is another. */
  #see(code: string): void {
    const now = performance.now();
    const isHeldOn = code === this.#last && now - this.#lastSeen < SAME_AGAIN_MS;
    this.#last = code;
    this.#lastSeen = now;
    if (!isHeldOn) this.#found(code);
  }
}
