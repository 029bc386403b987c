//go:build !server

package main

import (
	"context"
	"fmt"
	"net/url"

	"gocloud.dev/blob/s3blob"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/cloudblob"
)

// openBucket opens an S3 bucket, s3://NAME?endpoint=URL&region=NAME&use_path_style=true. Whose it is, AWS's own variables and
// files say, such as AWS_ACCESS_KEY_ID.
func openBucket(address string) (stores.Bucket, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if u.Scheme != s3blob.Scheme || u.Host == "" {
		return nil, fmt.Errorf("%q: want s3://BUCKET, and ?endpoint=URL&use_path_style=true for a server other than Amazon's", address)
	}
	bucket, err := new(s3blob.URLOpener).OpenBucketURL(context.Background(), u)
	if err != nil {
		return nil, err
	}
	return cloudblob.New(bucket), nil
}
