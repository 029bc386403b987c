// Package nova is Compute v2.1 with microversions up to 2.96, as far as storage needs it: flavors, key pairs, servers that run
// nothing, and the volumes that they have. Nothing of it is in a cloud that does not ask for Compute.
//
// Volumes are attached by way of Cinder's own API, with the token of whoever asks, as Nova does: an attachment is created,
// given the connector of the one host there is, and completed.
//
// Servers get ports in networks by way of Neutron's own API, where the cloud has it: those that are asked for, or one in the
// only network that a project may use, and in the security groups that they ask for.
//
// Gap: no interfaces are plugged later, and fixed addresses are not asked for.
//
// Servers are booted from images, and from volumes that exist, or that are made for them of images, snapshots and nothing.
// Local disks are accepted, and hold nothing.
//
// Key pairs are public keys of SSH, and certificates. Those that Nova makes are of the cloud's own chance.
//
// Gap: no certificates are made for key pairs.
//
// Gap: of the quotas, that of key pairs is kept; the others are only told of.
package nova
