package glance

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

func TestSeededSumsAreTrue(t *testing.T) {
	sums, err := content.Bytes([]byte(seedHead)).Resize(seedSize).Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if sums.MD5 != seedMD5 || sums.SHA512 != seedSHA512 {
		t.Errorf("the sums are %s and %s", sums.MD5, sums.SHA512)
	}
}
