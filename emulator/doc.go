// Package emulator is an OpenStack that starts in a millisecond: Keystone (Identity v3), Glance (Image v2 with multiple
// stores) and Cinder (Block Storage v3), in process.
//
// A test makes a cloud, gets ordinary gophercloud clients for it, and throws it away:
//
//	emu := emulator.Start(t)
//	cinder := emu.BlockStorage(t) // a *gophercloud.ServiceClient, authenticated as the project demo
//
// Clouds share nothing. Everything a cloud remembers is one immutable root; background work is rows in it, run by the
// cloud's own clock. By default that clock is the machine's and transitions take no time: a create answers "creating"
// and the next show says "available", with no sleep and no race.
package emulator
