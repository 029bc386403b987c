package state_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type disk struct {
	ID      string
	Project string
	Size    int
}

type disks struct {
	*state.DB
	all       *state.Table[disk]
	byProject *state.Index[disk]
	big       *state.Index[disk]
}

func newDisks() disks {
	d := disks{DB: new(state.DB)}
	d.byProject = state.Order(func(a, b *disk) bool {
		if a.Project != b.Project {
			return a.Project < b.Project
		}
		return a.ID < b.ID
	}, nil)
	d.big = state.Order(func(a, b *disk) bool { return a.ID < b.ID }, func(v *disk) bool { return v.Size >= 10 })
	d.all = state.Add(d.DB, "disks", func(v *disk) *string { return &v.ID }, d.byProject, d.big)
	return d
}

func (d disks) put(t testing.TB, rows ...disk) {
	t.Helper()
	err := d.Update(func(tx *state.Tx) error {
		for _, r := range rows {
			d.all.Put(tx, r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ids(seq func(func(disk) bool)) []string {
	var out []string
	for d := range seq {
		out = append(out, d.ID)
	}
	return out
}

func TestRowsAndIndexesFollowWrites(t *testing.T) {
	d := newDisks()
	d.put(t, disk{"b", "p1", 1}, disk{"a", "p2", 20}, disk{"c", "p1", 30})
	if got := ids(d.all.All(d.View())); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("by key: %v", got)
	}
	if got := ids(d.byProject.Ascend(d.View(), disk{Project: "p1"})); !slices.Equal(got, []string{"b", "c", "a"}) {
		t.Errorf("by project: %v", got)
	}
	d.put(t, disk{"c", "p2", 5}, disk{"b", "p1", 10})
	if got := ids(d.big.All(d.View())); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("big after a change: %v", got)
	}
	if got := ids(d.byProject.Backward(d.View())); !slices.Equal(got, []string{"c", "a", "b"}) {
		t.Errorf("by project, backward, after a change: %v", got)
	}
	_ = d.Update(func(tx *state.Tx) error {
		if !d.all.Delete(tx, "a") || d.all.Delete(tx, "a") {
			t.Error("Delete must tell whether there was a row")
		}
		if d.all.Has(tx, "a") {
			t.Error("a transaction must see its own writes")
		}
		return nil
	})
	if got := ids(d.big.All(d.View())); !slices.Equal(got, []string{"b"}) {
		t.Errorf("big after a delete: %v", got)
	}
}

func TestFailedTransactionLeavesNoTrace(t *testing.T) {
	d := newDisks()
	d.put(t, disk{"a", "p", 10})
	boom := errors.New("boom")
	err := d.Update(func(tx *state.Tx) error {
		d.all.Put(tx, disk{"a", "q", 1})
		d.all.Put(tx, disk{"b", "q", 99})
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	if got, _ := d.all.Get(d.View(), "a"); got != (disk{"a", "p", 10}) || d.all.Len(d.View()) != 1 {
		t.Errorf("a is %v of %d rows", got, d.all.Len(d.View()))
	}
	if got := ids(d.big.All(d.View())); !slices.Equal(got, []string{"a"}) {
		t.Errorf("big: %v", got)
	}
}

func TestSnapshotsAreStableAndShared(t *testing.T) {
	origin := newDisks()
	for i := range 1000 {
		origin.put(t, disk{ID: fmt.Sprintf("%04d", i), Project: "p", Size: i})
	}
	snap := origin.Snapshot()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			fork := newDisks()
			_ = fork.Restore(snap)
			for j := range 200 {
				fork.put(t, disk{ID: fmt.Sprintf("%04d", j), Project: fmt.Sprint(i), Size: 1})
			}
			for v := range fork.byProject.Ascend(fork.View(), disk{Project: fmt.Sprint(i)}) {
				if v.Project == fmt.Sprint(i) && v.Size != 1 {
					t.Errorf("fork %d: %v", i, v)
				}
			}
		})
	}
	origin.put(t, disk{ID: "0000", Project: "origin"})
	wg.Wait()
	_ = origin.Restore(snap)
	if v, _ := origin.all.Get(origin.View(), "0000"); v.Project != "p" {
		t.Errorf("the snapshot changed: %v", v)
	}
}

func BenchmarkPut(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		d := newDisks()
		for i := range n {
			d.put(b, disk{ID: fmt.Sprintf("%08d", i), Project: "p"})
		}
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				d.put(b, disk{ID: fmt.Sprintf("%08d", i%n), Project: "p", Size: i})
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	d := newDisks()
	for i := range 100_000 {
		d.put(b, disk{ID: fmt.Sprintf("%08d", i), Project: "p"})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := d.all.Get(d.View(), "00054321"); !ok {
			b.Fatal("lost")
		}
	}
}

func BenchmarkSnapshotAndRestore(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		d := newDisks()
		for i := range n {
			d.put(b, disk{ID: fmt.Sprintf("%08d", i), Project: "p"})
		}
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			for b.Loop() {
				_ = d.Restore(d.Snapshot())
			}
		})
	}
}

func TestWatch(t *testing.T) {
	db := new(state.DB)
	key := func(v *disk) *string { return &v.ID }
	one, two := state.Add(db, "one", key), state.Add(db, "two", key)
	put := func(table *state.Table[disk]) {
		t.Helper()
		if err := db.Update(func(tx *state.Tx) error { table.Put(tx, disk{ID: "a"}); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	watch := state.WatchOf(one)
	root, before := db.Snapshot(), watch.Mark(db.View())
	put(two)
	if !watch.Unchanged(db.View(), before) {
		t.Error("a table nobody wrote to counts as changed")
	}
	put(one)
	first := watch.Mark(db.View())
	if watch.Unchanged(db.View(), before) {
		t.Error("a table that was written to counts as unchanged")
	}
	put(one)
	if watch.Unchanged(db.View(), first) {
		t.Error("a row that was replaced by its like must count as changed")
	}
	_ = db.Restore(root)
	if !watch.Unchanged(db.View(), before) {
		t.Error("going back to a snapshot must count as unchanged")
	}
}
