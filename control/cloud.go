package control

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// First is the name of the cloud that has whatever address is no other cloud's.
const First = "default"

// cloud is one of a server's clouds.
type cloud struct {
	name      string
	emu       *emulator.Emulator
	below     http.Handler // under its path of the server's address
	own       *socket      // nil: no port of its own
	created   time.Time
	forkedOff string

	ctx  context.Context // ends with the cloud
	stop context.CancelFunc

	mu        sync.Mutex // guards snapshots
	snapshots map[string]snapshot
}

// close ends what goes on in the cloud. Its port has been closed before.
func (c *cloud) close() error {
	c.stop()
	return c.emu.Close()
}

// pathOf is where a cloud lies below the server's address.
func pathOf(name string) string { return cloudsPath + name }

const cloudsPath = "/clouds/"

// registry finds clouds by name.
type registry struct {
	mu       sync.RWMutex // guards what follows; nothing is made or closed under it
	clouds   map[string]*cloud
	reserved map[string]struct{} // names of clouds that are being made
	max      int
}

func (r *registry) init(most int) {
	r.clouds, r.reserved, r.max = map[string]*cloud{}, map[string]struct{}{}, most
}

// get is the cloud, or nil.
func (r *registry) get(name string) *cloud {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.clouds[name]
}

// find is the cloud, or an error that tells what there is.
func (r *registry) find(name string) (*cloud, error) {
	if c := r.get(name); c != nil {
		return c, nil
	}
	return nil, missing("cloud", name, r.names())
}

func (r *registry) names() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Sorted(maps.Keys(r.clouds))
}

func (r *registry) all() []*cloud {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.SortedFunc(maps.Values(r.clouds), func(a, b *cloud) int { return strings.Compare(a.name, b.name) })
}

func (r *registry) count() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.clouds)
}

// reserve keeps a name for a cloud to be, until keep or release.
func (r *registry) reserve(name string) error {
	if err := checkName("cloud", name); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, soon := r.reserved[name]
	switch {
	case r.clouds[name] != nil || soon:
		return conflict("there is a cloud %q already", name)
	case len(r.clouds)+len(r.reserved) >= r.max:
		return &problem{http.StatusTooManyRequests, "too_many_clouds", sprintf("there are %d clouds, and the server holds no more (see --max-clouds)", r.max)}
	}
	r.reserved[name] = struct{}{}
	return nil
}

func (r *registry) release(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reserved, name)
}

func (r *registry) keep(c *cloud) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reserved, c.name)
	r.clouds[c.name] = c
}

// take removes the cloud; it is nil if somebody else did.
func (r *registry) take(name string) *cloud {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.clouds[name]
	delete(r.clouds, name)
	return c
}

func (r *registry) clear() []*cloud {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := slices.Collect(maps.Values(r.clouds))
	clear(r.clouds)
	return all
}

// checkName takes what can be a label of a host name: 1 to 63 small letters, digits and inner dashes.
func checkName(what, name string) error {
	if name == "" || len(name) > 63 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
		strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-") {
		return invalid("%s name %q: want 1 to 63 small letters, digits and inner dashes", what, name)
	}
	return nil
}
