package emulator

import "github.com/fauxstack/fauxstack/emulator/glance/stores"

// WithBuckets opens the buckets that Glance's stores name by a URL in a fixture, such as s3://images?region=eu-1. A store
// keeps its data there, and reads it from there. Default: such stores are a mistake.
//
// The package emulator/glance/stores/cloudblob makes one of any bucket of gocloud.dev; it is not part of this package, for
// it is some 17 MB of program:
//
//	emulator.WithBuckets(func(url string) (stores.Bucket, error) {
//		bucket, err := blob.OpenBucket(context.Background(), url)
//		if err != nil {
//			return nil, err
//		}
//		return cloudblob.New(bucket), nil
//	})
//
// A bucket is opened once for all clouds that are forked off this one, and never closed. Forks read what is there, and keep
// in memory what they add. WithData copies the data of buckets into its directory.
func WithBuckets(open func(url string) (stores.Bucket, error)) Option {
	return func(s *settings) error {
		s.openBucket = open
		return nil
	}
}
