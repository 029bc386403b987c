package emulator_test

import (
	"bytes"
	"path/filepath"
	"runtime"
	"testing"

	"gocloud.dev/blob/memblob"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/cloudblob"
	"github.com/fauxstack/fauxstack/fixtures"
)

// What a data directory copies out of a bucket stays there for as long as the image does.
func TestDataOfABucketOutlivesTheProcess(t *testing.T) {
	bucket := memblob.OpenBucket(nil)
	defer bucket.Close()
	fixture, err := fixtures.Parse("far", []byte("image: {default_store: far, stores: [{id: far, type: s3, bucket: s3://images}]}"))
	if err != nil {
		t.Fatal(err)
	}
	opts := []emulator.Option{emulator.WithFixture(fixture), emulator.WithBuckets(func(string) (stores.Bucket, error) {
		return cloudblob.New(bucket), nil
	})}
	dir, data := filepath.Join(t.TempDir(), "data"), bytes.Repeat([]byte("0123456789abcdef"), 1<<12)
	e := open(t, dir, opts...)
	id := makeImage(t, e.Image(t), "far away", data)
	collected := make(chan struct{})
	runtime.AddCleanup(new([64]byte), func(done chan struct{}) { close(done) }, collected)
	for done := false; !done; { // what nothing refers to is cleaned up by now, and so is what came before
		runtime.GC()
		select {
		case <-collected:
			done = true
		default:
			runtime.Gosched()
		}
	}
	runtime.GC()
	shut(t, e)
	e = open(t, dir, opts...)
	if got := head(t, e.Image(t), id, len(data)); !bytes.Equal(got, data) {
		t.Errorf("%d bytes are left of %d", len(got), len(data))
	}
	shut(t, e)
}
