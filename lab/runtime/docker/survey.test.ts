import type Docker from "dockerode";
import { expect, test } from "vitest";
import { freeNetworks } from "./survey.ts";

const network = (...subnets: string[]) =>
  ({ IPAM: { Config: subnets.map((Subnet) => ({ Subnet })) } }) as Docker.NetworkInspectInfo;

test("free networks are those of the pools in which nothing lies yet, whoever put it there", () => {
  const pools = [
    { Base: "10.1.0.0/24", Size: 26 },
    { Base: "172.20.0.0/16", Size: 16 },
  ];
  expect(freeNetworks(pools, [])).toBe(5);
  expect(freeNetworks(pools, [network("10.1.0.64/26"), network("172.20.5.0/24")])).toBe(3);
  expect(freeNetworks(pools, [network("10.1.0.32/27", "10.1.0.128/25"), network("10.0.0.0/8")])).toBe(1);
  expect(freeNetworks(pools, [network("fd00::/64"), network()])).toBe(5);
  expect(freeNetworks([{ Base: "10.0.0.0/8", Size: 30 }], [])).toBe(1000);
});
