package state_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

func TestListenerHearsWhatWasAndWhatIs(t *testing.T) {
	d := newDisks()
	d.put(t, disk{"a", "old", 1}, disk{"gone", "p", 1})
	var said []string
	d.Listen(func(before state.View, changes []state.Change) {
		for _, c := range changes {
			was, is := "none", "none"
			if row, ok := c.Before(before).(*disk); ok {
				was = row.Project
			}
			if row, ok := c.Row.(*disk); ok {
				is = row.Project
			}
			if d.all.Has(d.View(), c.Key) != (is != "none") {
				t.Errorf("%s: the change cannot be seen yet", c.Key)
			}
			said = append(said, c.Key+" "+was+" "+is)
		}
	})
	_ = d.Update(func(tx *state.Tx) error {
		d.all.Put(tx, disk{"a", "new", 1})
		d.all.Put(tx, disk{"b", "p", 1})
		d.all.Delete(tx, "gone")
		return nil
	})
	_ = d.Update(func(tx *state.Tx) error {
		d.all.Put(tx, disk{"c", "p", 1})
		return errors.New("refused")
	})
	d.Listen(nil)
	d.put(t, disk{"d", "p", 1})
	if want := []string{"a old new", "b none p", "gone p none"}; !slices.Equal(said, want) {
		t.Errorf("heard %v, want %v", said, want)
	}
}
