// Package cloudblob makes a store's bucket of any gocloud.dev/blob bucket: S3, GCS, Azure, a directory, memory.
//
// It is apart from package stores because linking gocloud.dev costs some 17 MB of binary and 7 ms of start-up.
package cloudblob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// Bucket keeps objects in a gocloud.dev bucket, which it neither owns nor closes. The keys are the object's name and a
// number that grows, so that an object that takes the place of another does not change what is being read.
//
// What is deleted while its content is in use disappears from the bucket once it no longer is, as the garbage collector
// finds out.
//
// Gap: zeros are stored as they are, for such buckets have no holes.
// Gap: what was deleted while in use stays behind if the process ends before it is removed.
type Bucket struct {
	bucket *blob.Bucket

	mu     sync.Mutex        // guards leases; nothing is waited for under it
	leases map[string]*lease // by key
}

// lease is the use that is made of one key.
type lease struct {
	users  int
	doomed bool
}

var _ stores.Bucket = (*Bucket)(nil)

// New returns a bucket within b.
func New(b *blob.Bucket) *Bucket { return &Bucket{bucket: b, leases: map[string]*lease{}} }

// Put writes a new key; those of earlier objects of the name are given up.
func (b *Bucket) Put(ctx context.Context, name string, r io.Reader, limit int64) (stores.Object, error) {
	if err := stores.Check(name); err != nil {
		return stores.Object{}, err
	}
	earlier, err := b.keys(ctx, name)
	if err != nil {
		return stores.Object{}, err
	}
	next := 0
	if len(earlier) > 0 {
		next = number(earlier[len(earlier)-1]) + 1
	}
	upload := &upload{in: b, key: fmt.Sprintf("%s/%08d", name, next)}
	if upload.w, err = b.writer(ctx, upload); err != nil {
		return stores.Object{}, err
	}
	c, err := content.Spool(ctx, r, content.AtMost(limit), content.Into(upload))
	if err != nil {
		return stores.Object{}, err
	}
	return stores.Object{Name: name, Content: c}, b.giveUp(ctx, earlier)
}

// writer begins an upload, which its cancel ends without a trace.
func (b *Bucket) writer(ctx context.Context, u *upload) (*blob.Writer, error) {
	ctx, u.cancel = context.WithCancel(ctx)
	w, err := b.bucket.NewWriter(ctx, u.key, nil)
	if err != nil {
		u.cancel()
	}
	return w, err
}

// Open returns the latest object of the name.
func (b *Bucket) Open(ctx context.Context, name string) (stores.Object, error) {
	if err := stores.Check(name); err != nil {
		return stores.Object{}, err
	}
	keys, err := b.keys(ctx, name)
	if err != nil || len(keys) == 0 {
		return stores.Object{}, errors.Join(stores.ErrNotFound, err)
	}
	key := keys[len(keys)-1]
	attributes, err := b.bucket.Attributes(ctx, key)
	if err != nil {
		return stores.Object{}, err
	}
	return stores.Object{Name: name, Content: content.FromBlob(b.use(key, attributes.Size))}, nil
}

// Delete gives up every object of the name.
func (b *Bucket) Delete(ctx context.Context, name string) error {
	if err := stores.Check(name); err != nil {
		return err
	}
	keys, err := b.keys(ctx, name)
	if err != nil {
		return err
	}
	return b.giveUp(ctx, keys)
}

// keys lists those of a name that are not given up, oldest first.
func (b *Bucket) keys(ctx context.Context, name string) ([]string, error) {
	var keys []string
	for list := b.bucket.List(&blob.ListOptions{Prefix: name + "/"}); ; {
		object, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return keys, nil
		}
		if err != nil {
			return nil, err
		}
		if number(object.Key) >= 0 && !b.isDoomed(object.Key) {
			keys = append(keys, object.Key)
		}
	}
}

// number is the number of a key, -1 for a key that is none of ours.
func number(key string) int {
	n, err := strconv.Atoi(key[strings.LastIndexByte(key, '/')+1:])
	if err != nil {
		return -1
	}
	return n
}

func (b *Bucket) isDoomed(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.leases[key]
	return l != nil && l.doomed
}

// giveUp removes keys, or dooms those that are in use.
func (b *Bucket) giveUp(ctx context.Context, keys []string) error {
	var errs []error
	for _, key := range keys {
		if !b.doom(key) {
			errs = append(errs, b.remove(ctx, key))
		}
	}
	return errors.Join(errs...)
}

// doom tells whether the key is in use, and has it removed when it no longer is.
func (b *Bucket) doom(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.leases[key]
	if l == nil {
		return false
	}
	l.doomed = true
	return true
}

func (b *Bucket) remove(ctx context.Context, key string) error {
	if err := b.bucket.Delete(ctx, key); gcerrors.Code(err) != gcerrors.NotFound {
		return err
	}
	return nil
}

// use returns the key's bytes, and knows when nobody has them any more.
func (b *Bucket) use(key string, size int64) *object {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.leases[key]
	if l == nil {
		l = new(lease)
		b.leases[key] = l
	}
	l.users++
	o := &object{bucket: b.bucket, key: key, size: size}
	runtime.AddCleanup(o, b.release, key)
	return o
}

func (b *Bucket) release(key string) {
	if b.dropped(key) {
		_ = b.remove(context.Background(), key) // what cannot be removed stays behind, and nobody is there to hear of it
	}
}

// dropped counts a user less, and tells whether the key is to go.
func (b *Bucket) dropped(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.leases[key]
	if l.users--; l.users > 0 {
		return false
	}
	delete(b.leases, key)
	return l.doomed
}

// object is the content of one key.
type object struct {
	bucket *blob.Bucket
	key    string
	size   int64

	content.Twins // such as what a data directory has of it, which lasts as long
}

func (o *object) ID() string  { return o.key }
func (o *object) Size() int64 { return o.size }

func (o *object) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= o.size {
		return 0, io.EOF
	}
	n := min(int64(len(p)), o.size-off)
	r, err := o.bucket.NewRangeReader(context.Background(), o.key, off, n, nil)
	if err != nil {
		return 0, err
	}
	got, err := io.ReadFull(r, p[:n])
	if err = errors.Join(err, r.Close()); err == nil && got < len(p) {
		err = io.EOF
	}
	return got, err
}

// upload is a key that is being written.
type upload struct {
	in     *Bucket
	key    string
	w      *blob.Writer
	cancel context.CancelFunc
	at     int64
}

// WriteAt fills the gap before p with zeros.
func (u *upload) WriteAt(p []byte, off int64) (int, error) {
	if err := u.fill(off); err != nil {
		return 0, err
	}
	n, err := u.w.Write(p)
	u.at += int64(n)
	return n, err
}

func (u *upload) fill(to int64) error {
	n, err := content.Zeros(to - u.at).NewReader().WriteTo(u.w)
	u.at += n
	return err
}

// Commit makes the key appear in the bucket.
func (u *upload) Commit(size int64) (content.Blob, error) {
	if err := u.fill(size); err != nil {
		return nil, err
	}
	if err := u.w.Close(); err != nil {
		return nil, err
	}
	u.cancel()
	return u.in.use(u.key, size), nil
}

// Discard cancels the writing, upon which Close fails and nothing appears.
func (u *upload) Discard() error {
	u.cancel()
	_ = u.w.Close() // it tells of the cancellation
	return nil
}
