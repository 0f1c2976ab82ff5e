import asyncio

from opsgenie_async import (
    BitbucketCommit,
    BitbucketRelease,
    BitbucketRepository,
    BitbucketWorkspace,
    DeploymentEnvironment,
    ExternalId,
    Opsgenie,
)


async def main() -> None:
    async with Opsgenie() as og:
        pending = await og.deployments.create(
            state="started",
            external_id="build-42",
            environment=DeploymentEnvironment(type="Production", id="prod", display_name="Production"),
            releases=[
                BitbucketRelease(
                    repository=BitbucketRepository(workspace=BitbucketWorkspace(identifier="corp"), repo_slug="shop"),
                    commit=BitbucketCommit(sha="a3f1c9e"),
                )
            ],
        )
        await pending.wait()
        done = await og.deployments.update_state(ExternalId("build-42"), state="successful")
        print((await done.wait()).status)


asyncio.run(main())
