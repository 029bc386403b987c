// Package neutron is Networking v2.0, as far as servers need it: networks, subnets, ports, security groups and the rules of
// these, in which nothing moves. It is in a cloud that has Compute, or that asks for it.
//
// An API without microversions: extensions say what there is, so those that are not listed by it have none of their
// attributes either. Every list takes filters by attributes, fields, sort_key and sort_dir, limit and marker.
//
// Gap: no agents. A port is ACTIVE as soon as it is bound to a host.
//
// Gap: addresses are given in their order, where upstream draws them, and none is derived from a MAC address; attributes
// of subnet pools, prefix delegation and IPv6 modes are refused with 501.
//
// Gap: routers and floating IPs can be listed, of which there are none. Security groups filter nothing.
package neutron
