@cinder @glance @config:single_store
Feature: Cinder beside a Glance with a single store
  Where Glance knows no stores by name, no volume type can name one. One that named a store from its creation does no harm.

  @op:cinder.types.extra_specs.create
  Scenario: A Glance with a single store
    Given a volume type "gold"
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to "cheap"
    Then it is refused as not found, saying "HTTP 404 Not Found: Multi backend is not supported at this site."
    And the volume type "gold" has no extra specs

  @op:cinder.volumes.os-volume_upload_image
  Scenario: An upload of a volume whose type names a store
    Given a volume type "gold" with the extra specs:
      | image_service:store_id | cheap |
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is "active"
    And the image "golden" is in no store
    And the image "golden" is described as 1 GiB of zeros
    And I find no message about the volume "boot"
