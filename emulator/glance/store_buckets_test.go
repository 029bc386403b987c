package glance_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/cloudblob"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// A store with a bucket keeps its data there, and there alone; a fork leaves the bucket as it is.
func TestStoreInABucket(t *testing.T) {
	outside := memblob.OpenBucket(nil)
	defer outside.Close()
	opened := 0
	open := func(url string) (stores.Bucket, error) {
		if opened++; url != "s3://images" {
			return nil, errors.New("no such bucket")
		}
		return cloudblob.New(outside), nil
	}
	cfg := empty()
	cfg.Stores = []glance.StoreConfig{{ID: "far", Type: "s3", Bucket: "s3://images"}, {ID: "near"}}
	cfg.DefaultStore = "far"
	db, clock, log := new(state.DB), sim.NewClock(sim.Manual, time.Time{}, 0), slog.New(slog.DiscardHandler)
	ports := glance.Ports{DB: db, Clock: clock, Queue: sim.NewQueue(db, clock, log), IDs: sim.NewIDs(7), Logger: log, Release: release.Latest, OpenBucket: open}
	s, err := glance.New(ports, cfg)
	if err != nil {
		t.Fatal(err)
	}
	serve := func(s *glance.Service, db *state.DB, queue *sim.Queue) *cloud {
		return &cloud{Service: s, t: t, db: db, front: &httpapi.Front{
			Services: map[string]httpapi.Service{"/image": s.API()}, Tokens: users, IDs: ports.IDs, Clock: clock, Queue: queue,
			Log: httpapi.NewRequestLog(0), Logger: log,
		}}
	}
	c := serve(s, db, ports.Queue)
	id := c.active("hello")
	c.active("near by", "X-Image-Meta-Store", "near")
	kept, err := outside.ReadAll(t.Context(), id+"/00000000")
	if err != nil || string(kept) != "hello" {
		t.Errorf("%q, %v", kept, err)
	}
	if err := outside.WriteAll(t.Context(), id+"/00000000", []byte("HELLO"), nil); err != nil {
		t.Fatal(err)
	}
	if a := c.do("admin", "GET", "/v2/images/"+id+"/file", ""); a.body != "HELLO" {
		t.Errorf("not read from the bucket: %q", a.body)
	}
	ports.DB = db.Fork()
	ports.Queue = ports.Queue.Fork(ports.DB, clock, log)
	f := serve(s.Fork(ports), ports.DB, ports.Queue)
	c.want(f.do("admin", "DELETE", "/v2/images/"+id, ""), 204, "")
	f.active("only in the fork")
	if there, err := outside.Exists(t.Context(), id+"/00000000"); err != nil || !there {
		t.Errorf("a fork deleted the data of the cloud that it comes from: %v", err)
	}
	if opened != 1 {
		t.Errorf("opened %d times", opened)
	}
	err = s.AddStore(glance.StoreConfig{ID: "other", Bucket: "s3://nope"})
	if err == nil || !strings.Contains(err.Error(), "no such bucket") {
		t.Error(err)
	}
	ports.OpenBucket = nil
	if _, err := glance.New(ports, cfg); err == nil || !strings.Contains(err.Error(), "image.stores[0].bucket: this program cannot open buckets") {
		t.Error(err)
	}
}
