package emulator

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/persist"
	"github.com/fauxstack/fauxstack/emulator/internal/record"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// WithData keeps the cloud in a directory: what was answered is there after the process has ended, even if it was killed,
// and what was half done is finished or given up, as upstream's services do when they start again. Default: memory only.
//
// A cloud in an empty directory begins as any other. One that is there already goes on: what exists, the stores, the time
// of a clock that is not the machine's, and what was still to happen come from the directory, and of the fixture only
// counts what configures the services, such as backends, quotas and delays. The cloud keeps the fixture, the clock
// and the release that it was made with where the options leave the default ones; a fixture that would make another cloud
// is an error.
//
// Only one cloud can have the directory open; RemoveData deletes it. Requests wait for the operating system to take what
// they write, but not for the disk, see WithDataSync.
func WithData(dir string) Option {
	return func(s *settings) error {
		if dir == "" {
			return errors.New("WithData: want a directory")
		}
		s.data.dir = dir
		return nil
	}
}

// WithDataSync makes every request that changes something wait until the disk has it, so that WithData outlives a loss of
// power. This is slower by what the disk needs, some milliseconds mostly. Default: false.
func WithDataSync(sync bool) Option {
	return func(s *settings) error {
		s.data.sync = sync
		return nil
	}
}

// RemoveData deletes the cloud that a directory keeps, and the directory, unless there is something else in it. A directory
// that keeps none is left alone, and one that a cloud has open is an error.
func RemoveData(dir string) error { return persist.Remove(dir) }

// dataSettings say where a cloud is kept.
type dataSettings struct {
	dir  string // "": nowhere
	sync bool
}

// The notes that a directory has beside the rows.
const (
	noteFixture    = "fixture"     // that the cloud was made with
	noteRelease    = "release"     // that it was made as
	noteTime       = "time"        // empty while the clock is the machine's
	noteOriginTime = "origin/time" // of the seeded cloud
	noteOriginIDs  = "origin/ids"
)

// openData opens the directory that the settings name, if any. If there is a cloud in it, the settings become such that the
// services can be made for it.
func (s *settings) openData() (*persist.Dir, error) {
	if s.data.dir == "" {
		return nil, nil
	}
	dir, err := persist.Open(s.data.dir, persist.Options{Sync: s.data.sync})
	if err != nil {
		return nil, err
	}
	if !dir.Empty() {
		s.begun = true
		if err := errors.Join(s.continueFixture(dir), s.continueRelease(dir)); err != nil {
			return nil, errors.Join(fmt.Errorf("data directory %s: %w", s.data.dir, err), dir.Close())
		}
	}
	return dir, nil
}

// continueFixture makes the fixture one that the cloud in the directory can go on with.
func (s *settings) continueFixture(dir *persist.Dir) error {
	text, err := dir.Noted(noteFixture)
	if err != nil {
		return err
	}
	made, err := decodeFixture(text)
	if err != nil {
		return err
	}
	if reflect.DeepEqual(s.fixture, DefaultFixture()) {
		s.fixture = made
		return nil
	}
	var other []string
	before, now, untouched := seeds(made), seeds(s.fixture), seeds(DefaultFixture())
	for i := range before {
		if !reflect.DeepEqual(before[i].value, now[i].value) && !reflect.DeepEqual(now[i].value, untouched[i].value) {
			other = append(other, before[i].path)
		}
	}
	if len(other) > 0 {
		return fmt.Errorf("its cloud was made with another fixture: %s would be different, and cannot become so any more; "+
			"leave the fixture away, or use another directory", strings.Join(other, ", "))
	}
	s.fixture = s.fixture.seededLike(made)
	return nil
}

// continueRelease keeps the release, unless the options name another.
func (s *settings) continueRelease(dir *persist.Dir) error {
	made, err := dir.Noted(noteRelease)
	if err == nil && s.release == release.Latest {
		s.release, err = release.Parse(string(made))
	}
	return err
}

func decodeFixture(text []byte) (f Fixture, err error) {
	if err := record.Decode(text, &f, record.NoBlobs{}); err != nil {
		return f, fmt.Errorf("fixture: %w", err)
	}
	return f, nil
}

// seed is a part of a fixture that makes rows, and means nothing once they are there.
type seed struct {
	path  string
	value any
}

func seeds(f Fixture) []seed {
	return []seed{
		{"identity", f.Identity},
		{"image.stores", f.Image.Stores},
		{"image.default_store", f.Image.DefaultStore},
		{"image.single_store", f.Image.SingleStore},
		{"image.image_size_cap", f.Image.ImageSizeCap},
		{"image.images", f.Image.Images},
		{"compute", f.Compute},
		{"block_storage.volume_types", f.BlockStorage.VolumeTypes},
		{"block_storage.default_volume_type", f.BlockStorage.DefaultVolumeType},
	}
}

// seededLike is a fixture with another's seeds.
func (f Fixture) seededLike(o Fixture) Fixture {
	f.Identity, f.Compute = o.Identity, o.Compute
	f.Image.Stores, f.Image.DefaultStore, f.Image.SingleStore = o.Image.Stores, o.Image.DefaultStore, o.Image.SingleStore
	f.Image.ImageSizeCap, f.Image.Images = o.Image.ImageSizeCap, o.Image.Images
	f.BlockStorage.VolumeTypes, f.BlockStorage.DefaultVolumeType = o.BlockStorage.VolumeTypes, o.BlockStorage.DefaultVolumeType
	return f
}

// live has the cloud kept in the directory from now on, having made it, if there is a cloud there, what that one was. It
// has no sockets yet. The directory is closed with the cloud, or at once if live fails.
func (e *Emulator) live(dir *persist.Dir) error {
	if dir == nil {
		return nil
	}
	e.data = dir
	e.glance.KeepIn(dir.Blobs())
	e.cinder.KeepIn(dir.Blobs())
	var err error
	if dir.Empty() {
		err = e.beginData(dir)
	} else {
		err = e.continueData(dir)
	}
	if err != nil {
		return errors.Join(err, e.Close())
	}
	dir.Along(noteTime, e.passingTime)
	e.clock.Tell(e.keepTime)
	e.keepTime()
	return nil
}

// liveAnew has a cloud that exists already kept in a directory that has none yet, if the settings name one.
func (e *Emulator) liveAnew() error {
	dir, err := e.settings.openData()
	if err == nil && dir != nil && !dir.Empty() {
		err = errors.Join(fmt.Errorf("data directory %s: there is a cloud in it already", e.settings.data.dir), dir.Close())
	}
	if err != nil {
		return err
	}
	return e.live(dir)
}

func (e *Emulator) beginData(dir *persist.Dir) error {
	fixture, err := record.Append(nil, &e.settings.fixture, record.NoBlobs{})
	if err != nil {
		return fmt.Errorf("fixture: %w", err)
	}
	ids, err := e.origin.ids.MarshalBinary()
	if err != nil {
		return err
	}
	return dir.Begin(e.db, e.origin.root, map[string][]byte{
		noteFixture: fixture, noteRelease: []byte(e.settings.release), noteOriginTime: timeNote{Now: e.origin.now}.text(), noteOriginIDs: ids,
	})
}

func (e *Emulator) continueData(dir *persist.Dir) error {
	root, err := dir.Load(e.db)
	if err != nil {
		return err
	}
	e.origin = &Snapshot{
		fixture: e.settings.fixture, release: e.settings.release, tables: e.db.Tables(), root: root, ids: new(sim.IDs),
	}
	began, err := notedTime(dir, noteOriginTime)
	if err != nil {
		return err
	}
	e.origin.now = began.Now
	ids, err := dir.Noted(noteOriginIDs)
	if err != nil {
		return err
	}
	if err := e.origin.ids.UnmarshalBinary(ids); err != nil {
		return fmt.Errorf("data directory %s: %s: %w", e.settings.data.dir, noteOriginIDs, err)
	}
	note, err := notedTime(dir, noteTime)
	if err != nil {
		return err
	}
	note.set(e.clock)
	e.ids.Restore(sim.NewIDsAgain(e.settings.seed, dir.Starts()))
	return e.db.Update(func(tx *state.Tx) error {
		for _, j := range e.queue.Interrupted(tx) {
			e.settings.logger.Warn("background job was interrupted", "kind", j.Kind, "payload", string(j.Payload))
		}
		e.cinder.Restart(tx)
		return nil
	})
}

// timeNote says what time it is, and what makes it pass.
type timeNote struct {
	Now   time.Time
	Mode  sim.Mode
	Step  time.Duration
	Speed float64
	Ahead time.Duration // for good
}

func noteOf(c *sim.Clock) timeNote {
	return timeNote{c.Now(), c.Mode(), c.Step(), c.Speed(), c.Ahead()}
}

// set makes a clock go on from the note: one that the options have left alone as it did before, any other in its own way.
func (n timeNote) set(c *sim.Clock) {
	if n.Now.IsZero() {
		return
	}
	if mode, err := sim.ParseMode(string(n.Mode)); err == nil && c.Plain() {
		c.SetMode(mode)
		c.SetStep(n.Step)
		if sim.CheckSpeed(n.Speed) == nil {
			c.SetSpeed(n.Speed)
		}
	}
	if c.Mode() != sim.Real {
		c.Restore(n.Now)
		return
	}
	c.Reach(n.Now)
	c.Reach(sim.NewClock(sim.Real, time.Time{}, 0).Now().Add(n.Ahead))
}

func (n timeNote) text() []byte {
	text, _ := record.Append(nil, &n, record.NoBlobs{}) // it has nothing that could not be written
	return text
}

// notedTime is zero if there is no such note.
func notedTime(dir *persist.Dir, name string) (n timeNote, err error) {
	text, err := dir.Noted(name)
	if err != nil || len(text) == 0 {
		return n, err
	}
	if err := record.Decode(text, &n, record.NoBlobs{}); err != nil {
		return n, fmt.Errorf("the note of the %s: %w", name, err)
	}
	return n, nil
}

// keepTime notes the time of a clock that is not the machine's.
func (e *Emulator) keepTime() {
	note := []byte{}
	if !e.clock.Plain() {
		note = noteOf(e.clock).text()
	}
	if err := e.data.Note(noteTime, note); err != nil {
		e.settings.logger.Error("the cloud's time was not kept", "error", err)
	}
}

// passingTime is the note of the time to take along with a transaction, where time passes otherwise than the machine's
// without anybody being told.
func (e *Emulator) passingTime() []byte {
	if e.clock.Mode() != sim.Real || e.clock.Speed() == 1 {
		return nil
	}
	return noteOf(e.clock).text()
}
