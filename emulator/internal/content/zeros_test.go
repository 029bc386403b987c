package content

import (
	"crypto/md5"
	"io"
	"sync"
	"testing"
)

// Each entry of the tables leads to the next by another GiB. Hashing from the start to the last entry would take an hour,
// so links are sampled: two in the middle and the last.
func TestEntriesFollowFromTheOnesBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("each link hashes a GiB")
	}
	last := int64(len(zerosMD5) / md5.Size)
	for _, entry := range []int64{last / 3, last / 2, last - 1} {
		d := digestOfZeros(entry * gib)
		if d.n != entry*gib {
			t.Fatalf("entry %d cannot be resumed", entry)
		}
		var both sync.WaitGroup
		for _, h := range []io.Writer{d.md5, d.sha512} {
			both.Go(func() { writeZeros(h, gib) })
		}
		both.Wait()
		if got, want := digestOfZeros((entry+1)*gib).sums(), d.sums(); got != want {
			t.Errorf("entry %d: %v, want %v", entry+1, got, want)
		}
	}
}
