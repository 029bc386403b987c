// Package storetest says what a driver of a store must do.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// The sums of nothing, of "hello", of a MiB and of a GiB of zeros, as md5sum gives them.
const (
	md5Empty = "d41d8cd98f00b204e9800998ecf8427e"
	md5Hello = "5d41402abc4b2a76b9719d911017c592"
	md5MiB   = "b6d81b360a5672d80c27430f39153e2c"
	md5GiB   = "cd573cfaace07e7949bc0c46028904ff"
)

// Driver is what a driver can do.
type Driver struct {
	// Open makes a bucket. Within one test, it makes it of the same place each time.
	Open func(t *testing.T) stores.Bucket
	// Durable is a driver that keeps objects for later processes.
	Durable bool
	// Dense is a driver whose zeros take room.
	Dense bool
}

// Run tests a driver.
func Run(t *testing.T, d Driver) {
	open := d.Open
	t.Run("what is put can be read", func(t *testing.T) { putAndRead(t, open(t)) })
	t.Run("a handle need not be read", func(t *testing.T) { handle(t, open(t)) })
	if !d.Dense {
		t.Run("zeros take no room", func(t *testing.T) { zeros(t, open(t)) })
	}
	t.Run("a limit", func(t *testing.T) { limit(t, open(t)) })
	t.Run("a broken stream leaves nothing", func(t *testing.T) { broken(t, open(t)) })
	t.Run("a later object takes the place", func(t *testing.T) { replace(t, open(t)) })
	t.Run("contents outlive their objects", func(t *testing.T) { outlive(t, open(t)) })
	t.Run("unknown names", func(t *testing.T) { unknown(t, open(t)) })
	t.Run("hostile names", func(t *testing.T) { hostile(t, open(t)) })
	if d.Durable {
		t.Run("objects outlive the bucket", func(t *testing.T) { reopen(t, open(t), open(t)) })
	}
}

const some = "0b8c4d3e-0000-4000-8000-000000000001"

func put(t *testing.T, b stores.Bucket, name string, r io.Reader) stores.Object {
	t.Helper()
	o, err := b.Put(t.Context(), name, r, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	if o.Name != name {
		t.Fatalf("the object is called %q, not %q", o.Name, name)
	}
	return o
}

func wantBytes(t *testing.T, o stores.Object, want []byte) {
	t.Helper()
	got, err := io.ReadAll(o.Content.NewReader())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%d bytes came back, not the %d that were put", len(got), len(want))
	}
}

func wantMD5(t *testing.T, o stores.Object, want string) {
	t.Helper()
	sums, err := o.Content.Sums(t.Context())
	if err != nil || sums.MD5 != want {
		t.Fatalf("md5 %s, %v; want %s", sums.MD5, err, want)
	}
}

func putAndRead(t *testing.T, b stores.Bucket) {
	wantMD5(t, put(t, b, some, strings.NewReader("")), md5Empty)
	wantMD5(t, put(t, b, some+"-2", strings.NewReader("hello")), md5Hello)
	sparse := make([]byte, 3<<20+5)
	copy(sparse[1<<20:], "data between zeros")
	o := put(t, b, some+"-3", bytes.NewReader(sparse))
	wantBytes(t, o, sparse)
	tail := make([]byte, 100)
	if n, err := o.Content.ReadAt(tail, 1<<20+5); n != 100 || err != nil || !bytes.Equal(tail, sparse[1<<20+5:][:100]) {
		t.Errorf("reading in the middle: %d, %v", n, err)
	}
}

func zeros(t *testing.T, b stores.Bucket) {
	wantMD5(t, put(t, b, some, content.Zeros(1<<30).NewReader()), md5GiB)
}

func handle(t *testing.T, b stores.Bucket) {
	wantMD5(t, put(t, b, some, content.Zeros(1<<20).NewReader()), md5MiB)
	mixed := content.Concat(content.Bytes([]byte("head")), content.Zeros(1<<20), content.Bytes([]byte("tail")))
	want, err := io.ReadAll(mixed.NewReader())
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, put(t, b, some+"-2", mixed.NewReader()), want)
}

func limit(t *testing.T, b stores.Bucket) {
	var tooLarge *content.TooLargeError
	if _, err := b.Put(t.Context(), some, strings.NewReader("hello"), 4); !errors.As(err, &tooLarge) {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := b.Put(t.Context(), some, content.Zeros(5).NewReader(), 4); !errors.As(err, &tooLarge) {
		t.Errorf("a handle of a byte too many: %v", err)
	}
	o, err := b.Put(t.Context(), some, strings.NewReader("hello"), 5)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, o, []byte("hello"))
}

var errCut = errors.New("the line is dead")

func broken(t *testing.T, b stores.Bucket) {
	r := io.MultiReader(strings.NewReader("half of it"), &failing{})
	if _, err := b.Put(t.Context(), some, r, 1<<20); !errors.Is(err, errCut) {
		t.Fatalf("got %v", err)
	}
	if _, err := b.Open(t.Context(), some); !errors.Is(err, stores.ErrNotFound) {
		t.Errorf("something is left: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Put(ctx, some, strings.NewReader("never"), 1<<20); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled put: %v", err)
	}
	wantMD5(t, put(t, b, some, strings.NewReader("hello")), md5Hello)
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errCut }

func replace(t *testing.T, b stores.Bucket) {
	first := put(t, b, some, strings.NewReader("first"))
	second := put(t, b, some, strings.NewReader("second"))
	wantBytes(t, first, []byte("first"))
	wantBytes(t, second, []byte("second"))
}

func outlive(t *testing.T, b stores.Bucket) {
	o := put(t, b, some, strings.NewReader("hello"))
	for range 2 {
		if err := b.Delete(t.Context(), some); err != nil {
			t.Fatal(err)
		}
	}
	wantBytes(t, o, []byte("hello"))
	if _, err := b.Open(t.Context(), some); !errors.Is(err, stores.ErrNotFound) {
		t.Errorf("a deleted object can be opened: %v", err)
	}
}

func unknown(t *testing.T, b stores.Bucket) {
	if _, err := b.Open(t.Context(), "nothing"); !errors.Is(err, stores.ErrNotFound) {
		t.Errorf("open: %v", err)
	}
	if err := b.Delete(t.Context(), "nothing"); err != nil {
		t.Errorf("delete: %v", err)
	}
}

func hostile(t *testing.T, b stores.Bucket) {
	for _, name := range []string{"", ".", "..", "../x", "a/b", "/etc/passwd", ".part-0", "a\x00b", "a\\b", "ü", strings.Repeat("x", 256)} {
		if _, err := b.Put(t.Context(), name, strings.NewReader("x"), 10); !errors.Is(err, stores.ErrName) {
			t.Errorf("put %q: %v", name, err)
		}
	}
}

func reopen(t *testing.T, b, again stores.Bucket) {
	put(t, b, some, strings.NewReader("hello"))
	o, err := again.Open(t.Context(), some)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, o, []byte("hello"))
	wantMD5(t, o, md5Hello)
}
