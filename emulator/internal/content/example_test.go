package content_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// An image becomes a volume, the volume is written to and becomes an image again, without a byte being copied.
func Example() {
	ctx := context.Background()
	image, err := content.Spool(ctx, strings.NewReader("boot sector"), content.AtMost(1<<30))
	if err != nil {
		fmt.Println(err)
		return
	}
	volume := image.Resize(1<<20).Overlay(4096, content.Bytes([]byte("superblock")))
	uploaded, err := content.Spool(ctx, volume.NewReader())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range uploaded.Extents() {
		fmt.Println(e.Size, e.Blob != nil)
	}
	sums, err := content.Zeros(1 << 30).Sums(ctx)
	fmt.Println(sums.MD5, err)
	// Output:
	// 11 true
	// 4085 false
	// 10 true
	// 1044470 false
	// cd573cfaace07e7949bc0c46028904ff <nil>
}
