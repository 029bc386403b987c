package glance

import (
	"iter"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// tables are what Glance remembers.
type tables struct {
	settings *state.Table[settings]
	stores   *state.Table[storeRow]
	byRank   *state.Index[storeRow]
	images   *state.Table[Image]
	byAge    *state.Index[Image] // those that are not deleted, oldest first
	members  *state.Table[Member]

	tasks        *state.Table[Task]
	tasksByAge   *state.Index[Task] // oldest first
	tasksByImage *state.Index[Task] // by image, and then oldest first

	metadefs metadefTables
	cache    cacheTables
}

// settings is a table of one row.
type settings struct {
	ID           string // ""
	DefaultStore string
	SingleStore  bool
	ImageSizeCap int64 // bytes
}

// storeRow is a store in its place.
type storeRow struct {
	StoreConfig
	Rank int // by which stores are listed
}

// Member is a project that an image is shared with.
type Member struct {
	Key       string // memberKey
	ImageID   string
	ProjectID string
	Status    string
	CreatedAt time.Time
	UpdatedAt time.Time
}

func memberKey(image, project string) string { return image + "/" + project }

func newTables(db *state.DB) tables {
	t := tables{
		byRank: state.Order(func(a, b *storeRow) bool {
			if a.Rank != b.Rank {
				return a.Rank < b.Rank
			}
			return a.ID < b.ID
		}, nil),
		byAge: state.Order(func(a, b *Image) bool {
			if !a.CreatedAt.Equal(b.CreatedAt) {
				return a.CreatedAt.Before(b.CreatedAt)
			}
			return a.ID < b.ID
		}, func(i *Image) bool { return i.Status != StatusDeleted }),
		tasksByAge: state.Order(olderTask, nil),
		tasksByImage: state.Order(func(a, b *Task) bool {
			if a.ImageID != b.ImageID {
				return a.ImageID < b.ImageID
			}
			return olderTask(a, b)
		}, nil),
	}
	t.settings = state.Add(db, "glance.settings", func(s *settings) *string { return &s.ID })
	t.stores = state.Add(db, "glance.stores", func(s *storeRow) *string { return &s.ID }, t.byRank)
	t.images = state.Add(db, "glance.images", func(i *Image) *string { return &i.ID }, t.byAge)
	t.members = state.Add(db, "glance.members", func(m *Member) *string { return &m.Key })
	t.tasks = state.Add(db, "glance.tasks", func(t *Task) *string { return &t.ID }, t.tasksByAge, t.tasksByImage)
	t.metadefs = newMetadefTables(db)
	t.cache = newCacheTables(db)
	return t
}

func olderTask(a, b *Task) bool {
	if !a.CreatedAt.Equal(b.CreatedAt) {
		return a.CreatedAt.Before(b.CreatedAt)
	}
	return a.ID < b.ID
}

// nextID is the number of a row that is to come behind all others, whose last comes first.
func nextID[V any](backward iter.Seq[V], number func(*V) int) int {
	for last := range backward {
		return number(&last) + 1
	}
	return 1
}

// membersOf yields an image's members, by their projects' ids.
func (t *tables) membersOf(r state.Reader, image string) iter.Seq[Member] {
	return func(yield func(Member) bool) {
		for m := range t.members.WithPrefix(r, image+"/") {
			if !yield(m) {
				return
			}
		}
	}
}

// dropMembers forgets the members of an image.
func (t *tables) dropMembers(tx *state.Tx, image string) {
	var keys []string
	for m := range t.membersOf(tx, image) {
		keys = append(keys, m.Key)
	}
	for _, key := range keys {
		t.members.Delete(tx, key)
	}
}

// used is how many bytes of images a store holds.
func (t *tables) used(r state.Reader, store string) int64 {
	var n int64
	for i := range t.byAge.All(r) {
		for _, l := range i.Locations {
			if l.Store == store {
				n += l.Object.Content.Size()
			}
		}
	}
	return n
}

// reservedPrefix begins the names of stores that Glance keeps for itself.
const reservedPrefix = "os_glance_"

// reservedStores exist beside those that are configured. Discovery hides them, yet an upload may name them.
var reservedStores = map[string]StoreConfig{
	stagingStore:            {ID: stagingStore, Type: typeFile},
	"os_glance_tasks_store": {ID: "os_glance_tasks_store", Type: typeFile},
}

// store finds a store that data may be in, reserved ones included.
func (t *tables) store(r state.Reader, id string) (StoreConfig, bool) {
	if row, ok := t.stores.Get(r, id); ok {
		return row.StoreConfig, true
	}
	reserved, ok := reservedStores[id]
	return reserved, ok
}

// storesOf is the "stores" of an image: the greatest weight first, from the release on that has weights.
func (s *Service) storesOf(r state.Reader, i *Image) string {
	if s.singleStore(r) || len(i.Locations) == 0 {
		return ""
	}
	if len(i.Locations) == 1 {
		return i.Locations[0].Store
	}
	var ids []string
	for _, l := range s.sorted(r, i.Locations) {
		if l.Store != "" {
			ids = append(ids, l.Store)
		}
	}
	return strings.Join(ids, ",")
}
