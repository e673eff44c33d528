/* The work that signing up takes while many wrong PINs come: a counter for which SHA-256(challenge + "." + counter)
   begins with so many zero bits (enrollment/core/proof_of_work). It begins with the page and is done in slices, so that
   the page stays alive. The hash is written out here, because crypto.subtle is slow for many short texts and missing
   where there is no TLS. */

const SLICE = 24; // milliseconds of work, then it is the page's turn

const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const BEGIN = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const words = new Int32Array(64);

const turned = (word, by) => (word >>> by) | (word << (32 - by));

// one block of 64 bytes into the state (FIPS 180-4, 6.2.2)
function compress(state, bytes, from) {
  for (let i = 0, at = from; i < 16; i++, at += 4)
    words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const near = words[i - 2], far = words[i - 15];
    words[i] =
      (turned(near, 17) ^ turned(near, 19) ^ (near >>> 10)) + words[i - 7] +
      (turned(far, 7) ^ turned(far, 18) ^ (far >>> 3)) + words[i - 16];
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// a function that says of a counter how many zero bits the hash begins with; what is the same for all is hashed once
function judging(challenge) {
  const prefix = new TextEncoder().encode(`${challenge}.`);
  const whole = prefix.length - (prefix.length % 64), rest = prefix.length - whole;
  const before = new Int32Array(BEGIN), state = new Int32Array(8), tail = new Uint8Array(128);
  for (let at = 0; at < whole; at += 64) compress(before, prefix, at);
  tail.set(prefix.subarray(whole));
  return (counter) => {
    const digits = String(counter), bits = (prefix.length + digits.length) * 8;
    let end = rest;
    for (let i = 0; i < digits.length; i++) tail[end++] = digits.charCodeAt(i);
    const size = end < 56 ? 64 : 128;
    tail.fill(0, end, size);
    tail[end] = 0x80;
    tail[size - 2] = bits >>> 8;
    tail[size - 1] = bits;
    state.set(before);
    for (let at = 0; at < size; at += 64) compress(state, tail, at);
    return Math.clz32(state[0]);
  };
}

// finds a counter; `told` hears how likely it was to be found by now
async function solve(challenge, bits, told) {
  const zeros = judging(challenge);
  for (let counter = 0; ; ) {
    const end = performance.now() + SLICE;
    do {
      for (let i = 0; i < 256; i++, counter++) if (zeros(counter) >= bits) return counter;
    } while (performance.now() < end);
    told(1 - Math.exp(-counter / 2 ** bits));
    await new Promise((go) => setTimeout(go));
  }
}

async function work(notice) {
  const form = notice.closest("form"), { challenge, counter: found } = form.elements;
  const [running, waiting, done] = ["running", "waiting", "done"].map((name) => notice.querySelector(`.work-${name}`));
  challenge.value = notice.dataset.challenge; // a browser that reloads may have kept those of the last page
  found.value = "";
  let isPressed = false;
  form.addEventListener("submit", (event) => {
    if (found.value) return;
    event.preventDefault();
    isPressed = true;
    waiting.firstChild.hidden = false;
    notice.scrollIntoView(); // on a telephone the button stands far below
  });
  notice.querySelector(".work-without").hidden = true;
  running.hidden = false;
  const bar = notice.querySelector("progress");
  found.value = await solve(challenge.value, Number(notice.dataset.bits), (share) => (bar.value = share));
  bar.value = 1;
  running.hidden = true;
  done.firstChild.hidden = false;
  if (isPressed) form.requestSubmit();
}

document.querySelectorAll("[data-challenge]").forEach(work);
