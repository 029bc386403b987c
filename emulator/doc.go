// Package emulator is an OpenStack that starts in a millisecond: Keystone (Identity v3), Glance (Image v2 with multiple
// stores) and Cinder (Block Storage v3), in process.
//
// A test makes a cloud, gets ordinary gophercloud clients for it, and throws it away:
//
//	emu := emulator.Start(t)
//	cinder := emu.BlockStorage(t) // a *gophercloud.ServiceClient, authenticated as the project demo
//
// # Clouds
//
// Clouds share nothing. Everything a cloud remembers is one immutable root, so [Emulator.Fork] gives another cloud that
// begins as this one is, and [Emulator.Snapshot] and [Emulator.Restore] go back, at the same cost for ten volumes as for a
// hundred thousand. A cloud is reached through [Emulator.Handler] and [Emulator.Transport] without a socket, and at
// [Emulator.URL] with one.
//
// # The clock
//
// What happens in the background, such as the making of a volume, is a transition that takes as long as [WithDelay] or the
// fixture says, and no time unless they do. By default the clock is the machine's, and due work is done before the next
// request is answered: a create answers "creating" and the next show says "available", with no sleep and no race. A cloud
// with sockets, or with subscribers to its events, also does work at its time when no request comes.
//
// With [WithManualClock] nothing happens until [Emulator.Advance] or [Emulator.Settle] moves the time; with [WithStepClock]
// each request moves it; with [WithSpeed] it passes faster. [Transitions] lists the names that delays are set by,
// [Emulator.Pending] what is to come, and [Emulator.ChangeClock] changes all of it while the cloud runs.
//
// Within a bubble of testing/synctest a cloud takes the bubble's time: code that waits two minutes for a volume, with the
// client's own patience, is done at once. Start the cloud inside the bubble, and use [Emulator.Transport],
// [Emulator.Handler] or the clients, for a socket is outside of it.
//
// # Faults
//
// [Emulator.Inject] makes a cloud fail on demand: requests that are refused, late, dropped or cut; stores that are full or
// gone; transitions that stick or end in error. [WithFaults] and fixtures have faults from the beginning.
//
// # Requests and events
//
// [Emulator.Requests] are what was said on the wire, between the services too, without tokens and passwords.
// [Requests.Find] looks for some of them, [Emulator.WaitForRequest] waits for one, [Request.Curl] repeats one in a shell,
// and [Requests.HAR] shows all in a browser's developer tools. [Start] logs the last when the test failed.
//
// [Emulator.Events] streams what happens: requests, changes of status, transitions, faults, moves of the clock.
package emulator
