// Package container runs fauxstack as a container, by the conventions of testcontainers-go, for tests that want a cloud
// behind a real network address: programs under test that are processes or containers themselves, or a client in
// another language.
//
//	cloud, err := container.Run(ctx, "fauxstack")
//	testcontainers.CleanupContainer(t, cloud)
//
// Tests in Go that need no process of their own have the package emulator, which starts a cloud in microseconds and without
// Docker. README.md beside this file is the module's reference.
package container
