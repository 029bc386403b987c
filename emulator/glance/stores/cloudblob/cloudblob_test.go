package cloudblob_test

import (
	"runtime"
	"strings"
	"testing"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/cloudblob"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/storetest"
)

func closed(t *testing.T, b *blob.Bucket) *blob.Bucket {
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestInMemory(t *testing.T) {
	opened := map[string]*blob.Bucket{}
	storetest.Run(t, storetest.Driver{Durable: true, Dense: true, Open: func(t *testing.T) stores.Bucket {
		if opened[t.Name()] == nil {
			opened[t.Name()] = closed(t, memblob.OpenBucket(nil))
		}
		return cloudblob.New(opened[t.Name()])
	}})
}

func TestInADirectory(t *testing.T) {
	places := map[string]string{}
	storetest.Run(t, storetest.Driver{Durable: true, Dense: true, Open: func(t *testing.T) stores.Bucket {
		if places[t.Name()] == "" {
			places[t.Name()] = t.TempDir()
		}
		b, err := fileblob.OpenBucket(places[t.Name()], &fileblob.Options{NoTempDir: true})
		if err != nil {
			t.Fatal(err)
		}
		return cloudblob.New(closed(t, b))
	}})
}

// What is deleted goes when nobody has its content any more.
func TestDeletedObjectsDisappear(t *testing.T) {
	inner := closed(t, memblob.OpenBucket(nil))
	b := cloudblob.New(inner)
	o, err := b.Put(t.Context(), "image", strings.NewReader("hello"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(t.Context(), "image"); err != nil {
		t.Fatal(err)
	}
	there := func() bool {
		list := inner.List(nil)
		_, err := list.Next(t.Context())
		return err == nil
	}
	if !there() {
		t.Fatal("it is gone while in use")
	}
	if n := o.Content.Size(); n != 5 {
		t.Errorf("%d bytes", n)
	}
	runtime.KeepAlive(o)
	o = stores.Object{}
	for range 1000 {
		if runtime.GC(); !there() {
			return
		}
		runtime.Gosched()
	}
	t.Error("it stays for ever")
}
