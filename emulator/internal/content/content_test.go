package content

import (
	"io"
	"math"
	"reflect"
	"sync"
	"testing"
)

func TestOddArgumentsAreClipped(t *testing.T) {
	const most, least = math.MaxInt64, math.MinInt64
	abc := Concat(Zeros(2), Bytes([]byte("abc")), Zeros(2))
	for _, row := range []struct {
		name string
		got  Content
		size int64
	}{
		{"no value", Content{}, 0},
		{"negative zeros", Zeros(-1), 0},
		{"nil bytes", Bytes(nil), 0},
		{"nothing joined", Concat(), 0},
		{"slice of nothing", Content{}.Slice(0, 1), 0},
		{"slice from before", abc.Slice(-3, 5), 2},
		{"slice before", abc.Slice(-5, 5), 0},
		{"slice behind", abc.Slice(7, 1), 0},
		{"slice far behind", abc.Slice(most, most), 0},
		{"slice over all", abc.Slice(least, most), 0},
		{"slice to the end", abc.Slice(3, most), 4},
		{"slice of a negative size", abc.Slice(1, -1), 0},
		{"slice of a negative size before", abc.Slice(least, -1), 0},
		{"negative resize", abc.Resize(-1), 0},
		{"nothing resized", Content{}.Resize(7), 7},
		{"greatest resize", abc.Resize(most), most},
		{"too much joined", Concat(abc, Zeros(most), abc), most},
		{"overlay at the end of the world", abc.Overlay(most-1, abc), most},
		{"overlay behind it", abc.Overlay(most, abc), most},
		{"overlay before the beginning", abc.Overlay(least, abc), 7},
		{"overlay across the beginning", abc.Overlay(-4, abc), 7},
		{"overlay of nothing", abc.Overlay(100, Content{}), 7},
		{"overlay over nothing", Content{}.Overlay(100, abc), 107},
	} {
		if row.got.Size() != row.size {
			t.Errorf("%s: %d bytes, want %d", row.name, row.got.Size(), row.size)
		}
		var total int64
		for _, e := range row.got.Extents() {
			total += e.Size
		}
		if total != row.size {
			t.Errorf("%s: extents of %d bytes, want %d", row.name, total, row.size)
		}
	}
	if _, err := abc.ReadAt(make([]byte, 1), -1); err == nil || err == io.EOF {
		t.Errorf("ReadAt(-1): %v", err)
	}
}

func TestExtents(t *testing.T) {
	blob := newBareBlob("b", []byte("0123456789"))
	all := FromBlob(blob)
	for _, row := range []struct {
		name string
		got  Content
		want []Extent
	}{
		{"empty", Content{}, nil},
		{"zeros join", Concat(Zeros(2), Zeros(3), all.Slice(0, 0), Zeros(4)), []Extent{{Size: 9}}},
		{"parts of a blob join", Concat(all.Slice(0, 4), all.Slice(4, 6)), []Extent{{10, blob, 0}}},
		{"parts in another order", Concat(all.Slice(4, 6), all.Slice(0, 4)), []Extent{{6, blob, 4}, {4, blob, 0}}},
		{"a hole is filled again", all.Overlay(3, Zeros(4)).Overlay(3, all.Slice(3, 4)), []Extent{{10, blob, 0}}},
		{"a hole", all.Overlay(3, Zeros(4)), []Extent{{3, blob, 0}, {Size: 4}, {3, blob, 7}}},
		{"cut and padded", all.Resize(4).Resize(8), []Extent{{4, blob, 0}, {Size: 4}}},
		{"a gap", all.Overlay(12, all.Slice(2, 1)), []Extent{{10, blob, 0}, {Size: 2}, {1, blob, 2}}},
	} {
		if got := row.got.Extents(); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %+v, want %+v", row.name, got, row.want)
		}
	}
}

func TestOverlaysOfOneRangeDoNotPileUp(t *testing.T) {
	c := Zeros(1 << 40)
	data := Bytes([]byte("superblock"))
	for i := range 1000 {
		c = c.Overlay(4096, data).Resize(1<<40 + int64(i))
	}
	if n := len(c.Extents()); n != 3 {
		t.Errorf("%d extents, want 3", n)
	}
}

func TestFromExtentsRefuses(t *testing.T) {
	blob := newBareBlob("b", []byte("0123456789"))
	for name, extents := range map[string][]Extent{
		"a negative size":     {{Size: -1}},
		"a negative offset":   {{1, blob, -1}},
		"a range too long":    {{11, blob, 0}},
		"a range behind":      {{1, blob, 10}},
		"an offset behind":    {{0, blob, 11}},
		"a range overflowing": {{math.MaxInt64, blob, 5}},
		"too many bytes":      {{Size: math.MaxInt64}, {Size: 1}},
	} {
		if c, err := FromExtents(extents); err == nil || c != (Content{}) {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
}

func TestContentIsSharedByGoroutines(t *testing.T) {
	base := Concat(Bytes([]byte("shared")), Zeros(1000))
	want := sumsOf(append([]byte("shared"), make([]byte, 1000)...))
	var all sync.WaitGroup
	for i := range int64(16) {
		all.Go(func() {
			changed := base.Overlay(i, Bytes([]byte{byte(i)})).Resize(2000 + i)
			if _, err := io.Copy(io.Discard, Concat(changed, base).NewReader()); err != nil {
				t.Error(err)
			}
			if got, err := base.Sums(t.Context()); err != nil || got != want {
				t.Errorf("goroutine %d: %v, %v, want %v", i, got, err, want)
			}
		})
	}
	all.Wait()
}
