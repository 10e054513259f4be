// Numbers that look random and are the same for the same seed and index, on every machine.

/** Four 32-bit words from a text (FNV-1a, one word per start value). @param {string} text */
function wordsOf(text) {
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((start) => {
    let hash = start;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    return hash >>> 0;
  });
}

/** The generator sfc32. */
export class Random {
  #a;
  #b;
  #c;
  #count;

  /** @param {string | number} seed @param {number} index of the case that it is for */
  constructor(seed, index) {
    [this.#a, this.#b, this.#c, this.#count] = wordsOf(`${seed}/${index}`);
    for (let i = 0; i < 12; i++) {
      this.word();
    }
  }

  /** 0 to 2^32 - 1. */
  word() {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** 0 to `below` - 1. @param {number} below */
  int(below) {
    return this.word() % below;
  }

  /** @param {number} low @param {number} high included */
  between(low, high) {
    return low + this.int(high - low + 1);
  }

  /** @param {number} share 0 to 1 */
  chance(share) {
    return this.word() < share * 0x100000000;
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  pick(list) {
    return list[this.int(list.length)];
  }

  /** One of the keys, as often as its weight says. @template {string} K @param {Record<K, number>} weights @returns {K} */
  weighted(weights) {
    const entries = Object.entries(weights);
    let left = this.int(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) {
        return key;
      }
    }
    throw new Error("no weights");
  }

  /** @param {number} length */
  bytes(length) {
    return Buffer.from(Array.from({ length }, () => this.word() & 0xff));
  }
}
