package state_test

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// record has the database's changes written down as "key" or "-key".
func (d disks) record(said *[]string) {
	d.Observe(func(changes []state.Change) error {
		for _, c := range changes {
			switch row := c.Row.(type) {
			case *disk:
				*said = append(*said, c.Key+" "+row.Project)
			case nil:
				*said = append(*said, "-"+c.Key)
			}
		}
		return nil
	})
}

func TestObserverHearsOfEachRowOnce(t *testing.T) {
	d := newDisks()
	d.put(t, disk{"a", "p", 1})
	var said []string
	d.record(&said)
	_ = d.Update(func(tx *state.Tx) error {
		d.all.Put(tx, disk{"b", "draft", 1})
		d.all.Put(tx, disk{"b", "final", 1})
		d.all.Delete(tx, "a")
		d.all.Delete(tx, "never there")
		d.all.Put(tx, disk{"c", "fleeting", 1})
		d.all.Delete(tx, "c")
		return nil
	})
	_ = d.Update(func(tx *state.Tx) error {
		d.all.Put(tx, disk{"x", "refused", 1})
		return errors.New("no")
	})
	if want := []string{"b final", "-a", "-c"}; !slices.Equal(said, want) {
		t.Errorf("heard %v, want %v", said, want)
	}
}

func TestObserverMayRefuse(t *testing.T) {
	d := newDisks()
	d.put(t, disk{"a", "p", 1})
	before := d.Snapshot()
	full := errors.New("disk full")
	d.Observe(func([]state.Change) error {
		if d.all.Has(d.View(), "b") {
			t.Error("the change can be seen before the observer has agreed")
		}
		return full
	})
	err := d.Update(func(tx *state.Tx) error { d.all.Put(tx, disk{"b", "p", 1}); return nil })
	if !errors.Is(err, full) || d.all.Has(d.View(), "b") {
		t.Errorf("got %v; the row is there: %v", err, d.all.Has(d.View(), "b"))
	}
	d.Observe(nil)
	d.put(t, disk{"b", "p", 1})
	d.Observe(func([]state.Change) error { return full })
	if err := d.Restore(before); !errors.Is(err, full) || !d.all.Has(d.View(), "b") {
		t.Errorf("Restore: %v", err)
	}
}

func TestObserverHearsWhatRestoreChanges(t *testing.T) {
	d := newDisks()
	d.put(t, disk{"a", "p", 1}, disk{"b", "p", 1}, disk{"d", "p", 1}, disk{"f", "p", 1})
	before := d.Snapshot()
	_ = d.Update(func(tx *state.Tx) error {
		d.all.Put(tx, disk{"b", "q", 1})
		d.all.Put(tx, disk{"c", "q", 1})
		d.all.Put(tx, disk{"g", "q", 1})
		d.all.Delete(tx, "d")
		d.all.Delete(tx, "f")
		return nil
	})
	var said []string
	d.record(&said)
	_ = d.Restore(before)
	if want := []string{"b p", "-c", "d p", "f p", "-g"}; !slices.Equal(said, want) {
		t.Errorf("heard %v, want %v", said, want)
	}
	said = nil
	if _ = d.Restore(before); len(said) > 0 {
		t.Errorf("nothing changed, yet %v", said)
	}
}

func TestLoadedRootsAreLikeWrittenOnes(t *testing.T) {
	d := newDisks()
	d.put(t, disk{"b", "p2", 10}, disk{"a", "p1", 20}, disk{"c", "p1", 3})
	kept := slices.Collect(d.Tables()[0].Rows(d.View()))
	root, err := d.Load(func(table state.AnyTable) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			for _, row := range kept {
				if !yield(row, nil) {
					return
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	loaded := newDisks()
	_ = loaded.Restore(root)
	for name, seqs := range map[string][2]iter.Seq[disk]{
		"by key":     {d.all.All(d.View()), loaded.all.All(loaded.View())},
		"by project": {d.byProject.All(d.View()), loaded.byProject.All(loaded.View())},
		"big":        {d.big.All(d.View()), loaded.big.All(loaded.View())},
	} {
		if diff := cmp.Diff(slices.Collect(seqs[0]), slices.Collect(seqs[1])); diff != "" {
			t.Errorf("%s (-written +loaded):\n%s", name, diff)
		}
	}
	loaded.put(t, disk{"a", "p9", 20})
	if v, _ := d.all.Get(d.View(), "a"); v.Project != "p1" {
		t.Error("what is written to the loaded root must not be seen elsewhere")
	}
	torn := errors.New("torn")
	_, err = d.Load(func(state.AnyTable) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) { yield(nil, torn) }
	})
	if !errors.Is(err, torn) {
		t.Errorf("got %v", err)
	}
}
