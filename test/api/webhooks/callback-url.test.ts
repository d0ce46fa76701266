import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCallbackUrl } from "../../../functions/api/webhooks/callback-url.ts";
import { isCallable, isPublicAddress } from "../../../functions/api/webhooks/public-address.ts";

const PUBLIC = { allowPrivate: false };
const PRIVATE = { allowPrivate: true };

describe("an address", () => {
  it.each(["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::200e", "223.255.255.254"])(
    "%s is public",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ["this host", "0.0.0.0"],
    ["this network", "0.1.2.3"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["private", "10.0.0.1"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["CGNAT", "100.64.0.1"],
    ["CGNAT, a cloud's metadata", "100.100.100.200"],
    ["link-local, metadata", "169.254.169.254"],
    ["metadata of containers", "169.254.170.2"],
    ["a cloud's own host", "168.63.129.16"],
    ["protocol assignments", "192.0.0.192"],
    ["documentation", "192.0.2.1"],
    ["documentation", "198.51.100.1"],
    ["documentation", "203.0.113.1"],
    ["benchmarks", "198.18.0.1"],
    ["multicast", "224.0.0.1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["unspecified", "::"],
    ["loopback", "::1"],
    ["mapped", "::ffff:127.0.0.1"],
    ["mapped, of a public one too", "::ffff:8.8.8.8"],
    ["mapped, in hexadecimal", "::ffff:7f00:1"],
    ["compatible", "::7f00:1"],
    ["translated", "64:ff9b::7f00:1"],
    ["6to4", "2002:7f00:1::"],
    ["Teredo", "2001::1"],
    ["unique local", "fd00::1"],
    ["metadata", "fd00:ec2::254"],
    ["link-local", "fe80::1"],
    ["link-local of an interface", "fe80::1%eth0"],
    ["site-local", "fec0::1"],
    ["multicast", "ff02::1"],
    ["documentation", "2001:db8::1"],
    ["no address", "localhost"],
    ["no address", ""],
  ])("that is %s is not public: %s", (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
    expect(isCallable(address, PUBLIC)).toBe(false);
  });

  it("of this machine or a private network may be called where that is allowed; metadata never", () => {
    for (const address of ["127.0.0.1", "10.0.0.1", "100.64.0.1", "::1", "fd00::1", "::ffff:127.0.0.1"])
      expect(isCallable(address, PRIVATE)).toBe(true);
    for (const address of ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254"])
      expect(isCallable(address, PRIVATE)).toBe(false);
  });
});

describe("a callback URL", () => {
  it.each(["https://example.com/hook?x=1", "https://example.com:8443/", "https://8.8.8.8/", "https://[2606:4700::1]/"])(
    "%s is taken",
    (url) => expect(checkCallbackUrl(url, PUBLIC).href).toBe(url),
  );

  it.each([
    ["callbacks/url-refused", "http://example.com/"],
    ["callbacks/url-refused", "http://127.0.0.1/"],
    ["callbacks/url-refused", "ftp://example.com/"],
    ["callbacks/url-refused", "file:///etc/passwd"],
    ["callbacks/url-refused", "javascript:alert(1)"],
    ["callbacks/url-refused", "/hook"],
    ["callbacks/url-refused", "https://"],
    ["callbacks/url-refused", "https://me:secret@example.com/"],
    ["callbacks/url-refused", "https://example.com:22/"],
    ["callbacks/url-refused", "https://example.com:25/"],
    ["callbacks/address-refused", "https://localhost/"],
    ["callbacks/address-refused", "https://localhost./"],
    ["callbacks/address-refused", "https://a.localhost/"],
    ["callbacks/address-refused", "https://127.0.0.1/"],
    ["callbacks/address-refused", "https://127.1/"],
    ["callbacks/address-refused", "https://2130706433/"],
    ["callbacks/address-refused", "https://0x7f.0.0.1/"],
    ["callbacks/address-refused", "https://0177.0.0.1/"],
    ["callbacks/address-refused", "https://①②⑦.0.0.1/"],
    ["callbacks/address-refused", "https://169.254.169.254/latest/meta-data/"],
    ["callbacks/address-refused", "https://[::ffff:127.0.0.1]/"],
    ["callbacks/address-refused", "https://[::]/"],
  ])("is refused with %s: %s", (code, url) => {
    expect(() => checkCallbackUrl(url, PUBLIC)).toThrow(expect.objectContaining({ code }));
  });

  it("may be plain http to this machine, and nowhere else, where private addresses are allowed", () => {
    for (const url of ["http://127.0.0.1:8099/", "http://localhost:3000/", "http://[::1]:3000/"])
      expect(checkCallbackUrl(url, PRIVATE).href).toBe(url);
    for (const url of ["http://10.0.0.1:8099/", "http://example.com/", "http://localhost.example.com/"])
      expect(() => checkCallbackUrl(url, PRIVATE)).toThrow(expect.objectContaining({ code: "callbacks/url-refused" }));
  });

  it("never is an address of IPv4 that is not public, in whatever form it is written", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const address = fc.tuple(fc.constantFrom(0, 10, 127, 224, 240, 255), octet, octet, octet);
    const check = fc.property(address, ([a, b, c, d]) => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      const forms = [`${a}.${b}.${c}.${d}`, String(number), `0x${number.toString(16)}`, `[::ffff:${a}.${b}.${c}.${d}]`];
      for (const form of forms) expect(() => checkCallbackUrl(`https://${form}/`, PUBLIC)).toThrow();
    });
    fc.assert(check);
  });
});
