Feature: Publishing golden images
  A team builds a volume, and publishes it as an image that others start from.

  Scenario: The image has the volume's data and the team's label
    Given an available volume "build" of 1 GiB
    When the team "platform" publishes the volume "build" as "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | disk_format | raw      |
      | team        | platform |
    And the image "golden" is described as 1 GiB of zeros

  Scenario: Everybody can see whose it is
    Given an available volume "build" of 1 GiB
    When the team "platform" publishes the volume "build" as "golden"
    And the upload ends
    And the administrator sets "visibility" of the image "golden" to "community"
    Then the image "golden" belongs to the team "platform"

  Scenario: Where the team's volumes go, its images go
    Given Glance has the stores:
      | fast  | default |
      | cheap |         |
    And a volume type "builds" for images in the store "cheap"
    And an available volume "build" of 1 GiB and of the type "builds"
    When the team "platform" publishes the volume "build" as "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"

  @control
  Scenario: A store that is gone leaves no half image behind
    Given Glance has the stores:
      | fast  | default |
      | cheap |         |
    And a volume type "builds" for images in the store "cheap"
    And an available volume "build" of 1 GiB and of the type "builds"
    When the store "cheap" is removed from Glance
    And the team "platform" publishes the volume "build" as "golden"
    And the upload ends
    Then the volume "build" is "available"
    And the image "golden" is gone
