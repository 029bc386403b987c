package glance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
)

// buckets are those that stores have been opened with. One that cannot be opened is tried again the next time.
type buckets struct {
	open func(url string) (stores.Bucket, error) // nil: this program has none

	mu    sync.Mutex // guards byURL; buckets are opened under it
	byURL map[string]stores.Bucket
}

var errNoBuckets = errors.New("this program cannot open buckets")

// check opens the buckets of stores.
func (b *buckets) check(list []StoreConfig) error {
	var errs []error
	for i, store := range list {
		if store.Bucket == "" {
			continue
		}
		if failed, ok := b.at(store.Bucket).(unopened); ok {
			errs = append(errs, fmt.Errorf("image.stores[%d].bucket: %w", i, failed.err))
		}
	}
	return errors.Join(errs...)
}

// at is the bucket of an address.
func (b *buckets) at(url string) stores.Bucket {
	if b.open == nil {
		return unopened{errNoBuckets}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if bucket, ok := b.byURL[url]; ok {
		return bucket
	}
	bucket, err := b.open(url)
	if err != nil {
		return unopened{err}
	}
	if b.byURL == nil {
		b.byURL = map[string]stores.Bucket{}
	}
	b.byURL[url] = bucket
	return bucket
}

// unopened is a bucket that nothing goes into.
type unopened struct{ err error }

func (u unopened) Put(context.Context, string, io.Reader, int64) (stores.Object, error) {
	return stores.Object{}, u.err
}

func (u unopened) Open(context.Context, string) (stores.Object, error) { return stores.Object{}, u.err }

func (u unopened) Delete(context.Context, string) error { return u.err }
