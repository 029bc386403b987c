package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
)

// The people of every cloud that scenarios run on.
const (
	Admin   = "admin"    // may administer the cloud; its project is admin
	Member  = "demo"     // "I": a member of the project demo
	Foreign = "alt_demo" // "a stranger": a member of another project
)

// Target is where scenarios run: an emulator of their own each, or one cloud that they share.
type Target interface {
	// Open gives a scenario its cloud. An error that is a NotHere skips the scenario.
	Open(ctx context.Context, s Scenario) (Cloud, error)
}

// NotHere says why a scenario cannot run on a target. It is a reason to skip, not a failure.
type NotHere struct{ Reason string }

// Error is the reason.
func (e NotHere) Error() string { return e.Reason }

// Cloud is a cloud as one scenario has it. It is used by one goroutine.
type Cloud interface {
	// Client authenticates one of the people, or hands out an authentication it has. The client is the caller's to change.
	Client(ctx context.Context, person string) (*gophercloud.ProviderClient, error)

	// Credentials are a person's, on the project that scenarios expect.
	Credentials(person string) (gophercloud.AuthOptions, error)

	// EndpointOpts selects the cloud's endpoints in its catalog.
	EndpointOpts() gophercloud.EndpointOpts

	// Await waits until ready says so: it lets background work happen, by a clock if the cloud has one, and looks again.
	Await(ctx context.Context, ready func(context.Context) (bool, error)) error

	// Unique is the name under which a scenario's resource goes on this cloud.
	Unique(name string) string

	// Lasting tells whether what a scenario makes outlives it and has to be removed.
	Lasting() bool

	// Close ends the scenario's use of the cloud.
	Close() error
}

// Control is what a Cloud may offer beyond its API, as an emulator does. Scenarios that need it are tagged @control.
type Control interface {
	// Advance moves the cloud's clock and runs the background work that falls due.
	Advance(d time.Duration) error

	// RemoveStore takes a store out of Glance's configuration; its images keep naming it.
	RemoveStore(id string) error

	// AddStore puts a writable store into Glance's configuration, behind the others.
	AddStore(id string) error

	// MakeStoreReadOnly turns a store into one of type http.
	MakeStoreReadOnly(id string) error

	// FillStore lets a store answer that its media is full.
	FillStore(id string) error

	// DenyStoreWrites lets a store answer that it may not write.
	DenyStoreWrites(id string) error

	// UseSingleStore leaves Glance with its default store alone, configured without names.
	UseSingleStore() error

	// LimitImageSize lets Glance refuse images of more bytes than that.
	LimitImageSize(bytes int64) error

	// StopVolumeDriver leaves the volume driver of all backends uninitialised.
	StopVolumeDriver() error
}

// ceilings are the newest API versions of a cloud.
type ceilings struct {
	volume  string // microversion, such as "3.71"
	image   string // such as "2.17"
	release string // such as "zed"
}

// fit says NotHere for a scenario that needs newer APIs than the cloud has (tags @microversion:3.71, @image-api:2.17).
func (c ceilings) fit(s Scenario) error {
	for _, v := range s.Values("@microversion:") {
		if newer(v, c.volume) {
			return NotHere{fmt.Sprintf("needs block storage microversion %s, the cloud ends at %s", v, c.volume)}
		}
	}
	for _, v := range s.Values("@image-api:") {
		if newer(v, c.image) {
			return NotHere{fmt.Sprintf("needs Images API %s, the cloud ends at %s", v, c.image)}
		}
	}
	return c.inTime(s)
}

// releases are OpenStack's, oldest first, as far as scenarios differ by them.
var releases = []string{"zed", "antelope", "bobcat", "caracal", "dalmatian", "epoxy", "flamingo", "gazpacho"}

// Releases are the releases of OpenStack that scenarios differ by, oldest first.
func Releases() []string { return slices.Clone(releases) }

// inTime says NotHere for a scenario about releases that the cloud's is not one of (tags @since:epoxy, @until:dalmatian).
func (c ceilings) inTime(s Scenario) error {
	now := slices.Index(releases, c.release)
	for _, r := range s.Values("@since:") {
		if now < slices.Index(releases, r) {
			return NotHere{"is about newer releases than " + c.release}
		}
	}
	for _, r := range s.Values("@until:") {
		if now > slices.Index(releases, r) {
			return NotHere{"is about older releases than " + c.release}
		}
	}
	return nil
}

// newer compares dotted numbers, such as "3.71" and "3.9".
func newer(a, b string) bool {
	x, y := numbers(a), numbers(b)
	return slices.Compare(x, y) > 0
}

func numbers(version string) []int {
	var list []int
	for part := range strings.SplitSeq(strings.TrimPrefix(version, "v"), ".") {
		n := 0
		fmt.Sscanf(part, "%d", &n) //nolint:errcheck // what is no number counts as 0
		list = append(list, n)
	}
	return list
}
