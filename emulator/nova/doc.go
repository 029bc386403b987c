// Package nova is Compute v2.1 with microversions up to 2.96, as far as storage needs it: flavors, servers that run nothing,
// and the volumes that they have. Nothing of it is in a cloud that does not ask for Compute.
//
// Volumes are attached by way of Cinder's own API, with the token of whoever asks, as Nova does: an attachment is created,
// given the connector of the one host there is, and completed.
//
// Gap: there is no network service. Servers have no addresses, "auto" gives them none, and a network that is named is not
// found.
//
// Gap: servers are booted from images, and from volumes that exist. Other sources of block devices are refused with 501.
package nova
