package cloudblob_test

import (
	"os"
	"testing"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // s3:// URLs

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/cloudblob"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/storetest"
)

// FAUXSTACK_S3 is the URL of an empty bucket on a real server, as blob.OpenBucket takes it; scripts/s3.sh brings one.
func TestS3(t *testing.T) {
	address := os.Getenv("FAUXSTACK_S3")
	if address == "" {
		t.Skip("FAUXSTACK_S3 names no bucket")
	}
	storetest.Run(t, storetest.Driver{Durable: true, Dense: true, Open: func(t *testing.T) stores.Bucket {
		b, err := blob.OpenBucket(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.Close() }) // nothing is written any more
		return cloudblob.New(blob.PrefixedBucket(b, t.Name()+"/"))
	}})
}
