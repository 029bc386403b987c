//go:build acceptance

package gophercloud

// The acceptance tests, and what they import, are among the module's requirements, so that they run straight from the
// module cache.
import (
	_ "github.com/gophercloud/gophercloud/v2"
	_ "golang.org/x/crypto/ssh"
)
